package dev.weft.cli.peer;

import picocli.CommandLine.Command;

/** {@code weft peer …}. */
@Command(
    name = "peer",
    mixinStandardHelpOptions = true,
    description = "Adds, configures, rotates and revokes peers.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AddCommand.class,
      PeerConfigCommand.class,
      RotateCommand.class,
      RevokeCommand.class
    })
public final class PeerCommand {}
