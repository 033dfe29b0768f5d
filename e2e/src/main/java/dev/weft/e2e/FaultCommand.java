package dev.weft.e2e;

import dev.weft.e2e.lab.Cable;
import dev.weft.e2e.lab.Faults;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code lab fault}: breaks something, or restores it. */
@Command(name = "fault", description = "Breaks something, or restores it.")
final class FaultCommand implements Runnable {
  @ParentCommand private @Nullable LabCommand lab;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  @Command(name = "kill-agent", description = "SIGKILL for a node's agent; it is started again.")
  void killAgent(@Parameters(paramLabel = "NODE") String node) {
    faults().killAgent(node);
  }

  @Command(name = "stop-agent", description = "Kills a node's agent; it isn't started again.")
  void stopAgent(@Parameters(paramLabel = "NODE") String node) {
    faults().stopAgent(node);
  }

  @Command(name = "start-agent", description = "Starts a stopped agent.")
  void startAgent(@Parameters(paramLabel = "NODE") String node) {
    faults().startAgent(node);
  }

  @Command(description = "SIGSTOP for a node's agent: its process stays and does nothing.")
  void freeze(@Parameters(paramLabel = "NODE") String node) {
    faults().freezeAgent(node);
  }

  @Command(description = "Lets a frozen agent go on.")
  void thaw(@Parameters(paramLabel = "NODE") String node) {
    faults().thawAgent(node);
  }

  @Command(description = "Lets nothing through to or from a node or a cloud.")
  void cut(@Parameters(paramLabel = "NODE|CLOUD") String target) {
    faults().cut(target);
  }

  @Command(
      name = "one-way",
      description = "Lets nothing through in one direction, as the node sees it: in or out.")
  void oneWay(
      @Parameters(paramLabel = "NODE") String node,
      @Parameters(paramLabel = "in|out") Cable.Way way) {
    faults().cut(node, way);
  }

  @Command(description = "Lets nothing through between a node and another cloud's addresses.")
  void sever(
      @Parameters(paramLabel = "NODE") String node,
      @Parameters(paramLabel = "CLOUD") String cloud) {
    faults().sever(node, cloud);
  }

  @Command(description = "Ends a cut, of whichever kind.")
  void mend(@Parameters(paramLabel = "NODE|CLOUD") String target) {
    faults().mend(target);
  }

  @Command(
      description = "Lets larger UDP packets to and from a cloud vanish: a path MTU black hole.")
  void narrow(
      @Parameters(paramLabel = "CLOUD") String cloud, @Parameters(paramLabel = "BYTES") int bytes) {
    faults().narrow(cloud, bytes);
  }

  @Command(description = "Lets packets of every size through again, everywhere.")
  void widen() {
    faults().widen();
  }

  @Command(
      description =
          "Makes a cloud's line lose packets, and delay and reorder them where the kernel can.")
  void disturb(
      @Parameters(paramLabel = "CLOUD") String cloud,
      @Parameters(paramLabel = "PERCENT") int percent) {
    System.out.println(faults().disturb(cloud, percent));
  }

  @Command(description = "Makes a cloud's line a good one again.")
  void calm(@Parameters(paramLabel = "CLOUD") String cloud) {
    faults().calm(cloud);
  }

  @Command(name = "stop-apiserver", description = "Kills the API server; etcd stays.")
  void stopApiServer() {
    faults().stopApiServer();
  }

  @Command(name = "start-apiserver", description = "Starts it again and waits for it.")
  void startApiServer() {
    faults().startApiServer();
  }

  @Command(name = "stop-operator", description = "Kills the operator.")
  void stopOperator() {
    faults().stopOperator();
  }

  @Command(name = "start-operator", description = "Starts it again.")
  void startOperator() {
    faults().startOperator();
  }

  @Command(description = "Powers a node off and on; disks stay, memory doesn't.")
  void reboot(@Parameters(paramLabel = "NODE") String node) {
    Objects.requireNonNull(lab).lab().reboot(node);
  }

  private Faults faults() {
    return Objects.requireNonNull(lab).lab().faults();
  }
}
