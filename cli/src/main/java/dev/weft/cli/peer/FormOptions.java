package dev.weft.cli.peer;

import dev.weft.cli.InputException;
import dev.weft.cli.output.SecretOutput;
import dev.weft.cli.output.Terminal;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.key.PrivateKey;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** In which form, and where to, a client's configuration goes. */
final class FormOptions {
  static final class Forms implements ITypeConverter<ConfigForm> {
    @Override
    public ConfigForm convert(String text) {
      return Arrays.stream(ConfigForm.values())
          .filter(f -> f.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new picocli.CommandLine.TypeConversionException(
                      "'%s' is not one of %s"
                          .formatted(
                              text,
                              Arrays.stream(ConfigForm.values())
                                  .map(ConfigForm::toString)
                                  .collect(Collectors.joining(", ")))));
    }
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "wg-quick",
      converter = Forms.class,
      paramLabel = "FORM",
      description = {
        "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}: a file for wg-quick and the apps, one for wg(8),",
        "a NetworkManager keyfile, JSON, a QR code for the terminal, a QR code as a picture."
      })
  private ConfigForm form = ConfigForm.wg_quick;

  @Option(
      names = {"-w", "--write"},
      defaultValue = "",
      paramLabel = "FILE",
      description = "Writes into a file of mode 0600 instead of the terminal.")
  private String file = "";

  private SecretOutput output(PrintWriter out) {
    return new SecretOutput(file, out);
  }

  /** Refuses, before anything is done, where the secret could not be put. */
  void check(PrintWriter out) {
    if (form == ConfigForm.png && file.isEmpty()) {
      throw new InputException(
          "a picture is no text for a terminal; add --write FILE, or take -o qr");
    }
    output(out).check();
  }

  /**
   * Writes a private key alone, as {@code wg genkey} prints it.
   *
   * @throws InputException if no file is named
   */
  void writeKey(PrivateKey key, PrintWriter out) {
    if (file.isEmpty()) {
      throw new InputException(
          "--manifest prints no secret; name a file for the private key with --write FILE, or give --public-key");
    }
    output(out).write(key.reveal() + "\n");
  }

  void write(ClientConfig config, ClientSecrets secrets, PrintWriter out) {
    boolean colour = file.isEmpty() && Terminal.isThere();
    output(out).write(form.render(config, secrets, colour));
  }
}
