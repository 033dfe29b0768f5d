package dev.weft.cli.takeover;

import picocli.CommandLine.Command;

/** {@code weft takeover}. */
@Command(
    name = "takeover",
    mixinStandardHelpOptions = true,
    description = "Turns another program's mesh into Weft's while it runs.",
    subcommands = KiloCommand.class)
public final class TakeoverCommand {}
