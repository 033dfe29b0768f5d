package dev.weft.e2e;

import dev.weft.e2e.lab.Cable.Way;
import dev.weft.e2e.lab.Lab;
import java.util.List;

/** The ways in which a location loses a gateway. */
enum GatewayLoss {
  POWER(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.powerOff(target.gateway());
    }

    @Override
    void end(Lab lab, Target target) {
      lab.powerOn(target.gateway());
    }
  },
  CUT(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().cut(target.gateway());
    }
  },
  DEAF(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().cut(target.gateway(), Way.IN);
    }
  },
  MUTE(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().cut(target.gateway(), Way.OUT);
    }
  },
  SEVERED_FROM_ONE_LOCATION(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().sever(target.gateway(), target.remote());
    }
  },
  CUT_WITHOUT_CONTROL_PLANE(true) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().stopOperator();
      lab.faults().stopApiServer();
      lab.faults().cut(target.gateway());
    }

    @Override
    void end(Lab lab, Target target) {
      lab.faults().mend(target.gateway());
      lab.faults().startApiServer();
      lab.faults().startOperator();
    }
  },
  AGENT_KILLED(false) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().killAgent(target.gateway());
    }

    @Override
    void end(Lab lab, Target target) {
      // It was started again after a second.
    }
  },
  AGENT_FROZEN(false) {
    @Override
    void inflict(Lab lab, Target target) {
      lab.faults().freezeAgent(target.gateway());
    }

    @Override
    void end(Lab lab, Target target) {
      lab.faults().thawAgent(target.gateway());
    }
  },
  ALL_OF_A_LOCATION(true) {
    @Override
    void inflict(Lab lab, Target target) {
      target.all().forEach(lab.faults()::cut);
    }

    @Override
    void end(Lab lab, Target target) {
      target.all().forEach(lab.faults()::mend);
    }
  };

  private final boolean losesPackets;

  GatewayLoss(boolean losesPackets) {
    this.losesPackets = losesPackets;
  }

  /**
   * Which gateway is lost.
   *
   * @param all gateways of its location
   * @param remote another location
   */
  record Target(String gateway, List<String> all, String remote) {}

  abstract void inflict(Lab lab, Target target);

  void end(Lab lab, Target target) {
    lab.faults().mend(target.gateway());
  }

  /** Whether packets on the way through the gateway are lost until the others leave it. */
  boolean losesPackets() {
    return losesPackets;
  }
}
