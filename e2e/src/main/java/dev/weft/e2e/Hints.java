package dev.weft.e2e;

import dev.weft.e2e.lab.Lab;

/** What to try in a lab that is up. */
final class Hints {
  private Hints() {}

  static String text(Lab lab, String name) {
    var node = lab.inventory().nodes().getLast().name();
    var pod = lab.endpoints().getFirst();
    var far = lab.endpoints().getLast();
    var command = name.equals("demo") ? "e2e/lab" : "e2e/lab --name " + name;
    return """

        Try:
          %1$s status
          %1$s weft status
          %1$s weft graph
          %1$s weft explain %4$s %5$s
          %1$s weft peer add phone -o qr
          %1$s weft diagnose
          %1$s pod %2$s -- curl -s http://%3$s/
          %1$s exec %4$s -- wg show
          %1$s exec %4$s -- ip rule
          %1$s exec %4$s -- ip route show table 7050
          %1$s exec %4$s -- nft list table inet weft
          %1$s kubectl get weft
          %1$s kubectl patch wgm demo --type merge -p '{"spec":{"granularity":"Full"}}'
          %1$s fault kill-agent %4$s
          %1$s fault reboot %4$s
          %1$s add-node gcp
          %1$s down
        """
        .formatted(
            command,
            pod.name(),
            far.address().contains(":") ? "[" + far.address() + "]" : far.address(),
            node,
            lab.inventory().nodes().getFirst().name());
  }
}
