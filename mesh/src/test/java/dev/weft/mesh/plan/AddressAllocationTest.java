package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressAllocationTest {
  /** Neither the network's address, nor the broadcast's, nor one of another range is handed out. */
  @Test
  void addressesThatPeersHadAreHandedOutLast() {
    var addresses = new AddressAllocation(List.of(Prefix.parse("10.4.0.0/29")));
    addresses.avoid(
        Stream.of("10.4.0.3", "10.4.0.1", "10.4.0.0", "10.4.0.7", "10.5.0.1", "fd00::1")
            .map(IpAddress::parse)
            .toList());
    addresses.take(IpAddress.parse("10.4.0.5"));
    var given =
        IntStream.range(0, 5)
            .mapToObj(_ -> addresses.allocate(Family.IPV4).orElseThrow().toString())
            .toList();
    assertEquals(List.of("10.4.0.2", "10.4.0.4", "10.4.0.6", "10.4.0.1", "10.4.0.3"), given);
    assertEquals(Optional.empty(), addresses.allocate(Family.IPV4));
  }

  /** It is its own address that comes back, not one that is given anew. */
  @Test
  void anAddressThatIsAvoidedCanBeTaken() {
    var addresses = new AddressAllocation(List.of(Prefix.parse("10.4.0.0/29")));
    var own = IpAddress.parse("10.4.0.1");
    addresses.avoid(List.of(own));
    assertEquals(true, addresses.take(own));
  }
}
