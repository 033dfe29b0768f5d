package dev.weft.cli.mesh;

import picocli.CommandLine.Command;

/** {@code weft mesh …}. */
@Command(
    name = "mesh",
    mixinStandardHelpOptions = true,
    description = "Deletes a mesh.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DeleteCommand.class})
public final class MeshCommand {}
