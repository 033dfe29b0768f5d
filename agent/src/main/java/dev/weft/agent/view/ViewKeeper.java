package dev.weft.agent.view;

import dev.weft.agent.report.Finding;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The view that is acted on, and why. One thread. */
public final class ViewKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ViewKeeper.class);

  private final String nodeName;
  private Optional<AcceptedView> accepted = Optional.empty();
  private boolean confirmed;
  private Finding finding =
      new Finding(Finding.VIEW_ACCEPTED, false, "Waiting", "nothing was heard yet");

  /** A keeper that starts from a checkpoint's objects. */
  public ViewKeeper(String nodeName, Optional<PublishedMesh> saved) {
    this.nodeName = nodeName;
    saved.ifPresent(this::adopt);
  }

  private void adopt(PublishedMesh saved) {
    try {
      var view = AcceptedView.read(saved);
      if (view.view().node(nodeName).isPresent()) {
        accepted = Optional.of(view);
        finding =
            new Finding(
                Finding.VIEW_ACCEPTED,
                true,
                "FromCheckpoint",
                "mesh %s with %d nodes, from the checkpoint until the API server has told all"
                    .formatted(saved.mesh(), saved.nodes().size()));
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("the checkpoint's mesh can't be read: {}; it is passed over", e.getMessage());
    }
  }

  /** Judges what the API server tells now. */
  public Verdict take(ApiState state) {
    var verdict = ViewGate.judge(nodeName, state, accepted.map(AcceptedView::published));
    switch (verdict) {
      case Verdict.Accept(var published) -> accept(published);
      case Verdict.Hold(var reason, var message) -> {
        confirmed = false;
        tell(new Finding(Finding.VIEW_ACCEPTED, false, reason, message));
      }
      case Verdict.Leave(var message) -> {
        accepted = Optional.empty();
        confirmed = false;
        tell(new Finding(Finding.VIEW_ACCEPTED, true, "Left", message));
      }
      case Verdict.Wait(var message) -> {
        if (accepted.isEmpty()) {
          tell(new Finding(Finding.VIEW_ACCEPTED, false, "Waiting", message));
        }
      }
    }
    return verdict;
  }

  private void accept(PublishedMesh published) {
    confirmed = true;
    var last = accepted;
    if (last.isPresent() && last.get().published().equals(published)) {
      tell(current(last.get()));
      return;
    }
    try {
      var view = AcceptedView.read(published);
      if (view.view().node(nodeName).isEmpty()) {
        throw new IllegalArgumentException("WireGuardNode " + nodeName + " can't be read");
      }
      accepted = Optional.of(view);
      tell(current(view));
    } catch (IllegalArgumentException e) {
      confirmed = false;
      tell(new Finding(Finding.VIEW_ACCEPTED, false, "Unreadable", e.getMessage() + "; held"));
    }
  }

  private static Finding current(AcceptedView view) {
    var message =
        "mesh %s with %d nodes and %d peers"
            .formatted(
                view.published().mesh(), view.view().nodes().size(), view.view().peers().size());
    return new Finding(Finding.VIEW_ACCEPTED, true, "Accepted", message);
  }

  private void tell(Finding now) {
    if (!now.equals(finding)) {
      finding = now;
      if (now.good()) {
        LOG.info("view: {}: {}", now.reason(), now.message());
      } else {
        LOG.warn("view: {}: {}", now.reason(), now.message());
      }
    }
  }

  /** What is acted on; empty: nothing yet, or the node has left its mesh. */
  public Optional<AcceptedView> accepted() {
    return accepted;
  }

  /** Whether the API server has told all of it, so that what is missing in it may be removed. */
  public boolean confirmed() {
    return confirmed;
  }

  public Finding finding() {
    return finding;
  }
}
