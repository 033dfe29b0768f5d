package dev.weft.e2e.lab;

import dev.weft.e2e.capture.CaptureFollower;
import dev.weft.e2e.capture.Classifier;
import dev.weft.e2e.capture.Frame;
import dev.weft.e2e.capture.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the sniffers saw since the lab came up, judged as it comes in. */
final class Captures {
  private final List<CaptureFollower> followers;
  private final Classifier classifier;

  Captures(Topology topology, Internet internet) {
    followers =
        topology.clouds().stream().map(c -> new CaptureFollower(internet.capture(c))).toList();
    classifier =
        new Classifier(
            address(topology.apiPublic()),
            ControlPlane.API_PORT,
            address(topology.resolver()),
            topology.webServers().stream().map(Captures::address).collect(Collectors.toSet()),
            topology.routedPrivately());
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The verdict on all that was seen so far. */
  synchronized Verdict verdict() {
    var frames = new ArrayList<Frame>();
    try {
      for (var follower : followers) {
        frames.addAll(follower.more());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Stream<Frame> inOrder = frames.stream().sorted(Comparator.comparing(Frame::time));
    inOrder.forEach(classifier::accept);
    return classifier.verdict();
  }
}
