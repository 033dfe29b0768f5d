package dev.weft.e2e.capture;

/**
 * One direction of a conversation.
 *
 * @param protocol IPPROTO_UDP or IPPROTO_TCP
 */
record Flow(int protocol, String source, int sourcePort, String destination, int destinationPort) {
  Flow reversed() {
    return new Flow(protocol, destination, destinationPort, source, sourcePort);
  }
}
