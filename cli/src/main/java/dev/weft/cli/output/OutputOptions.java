package dev.weft.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** How a command prints what it found. */
public final class OutputOptions {
  /** Formats. */
  public enum Format {
    table,
    wide,
    json,
    yaml
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @Option(
      names = "--no-color",
      description = "No colour on a terminal either; so does the variable NO_COLOR.")
  private boolean noColour;

  /** Prints a value, as a table by the function, which gets whether more columns are wanted. */
  public void print(PrintWriter out, Object value, Function<Boolean, String> table) {
    switch (format) {
      case table -> out.print(table.apply(false));
      case wide -> out.print(table.apply(true));
      case json -> out.println(text(json().enable(SerializationFeature.INDENT_OUTPUT), value));
      case yaml ->
          out.print(
              text(
                  new ObjectMapper(
                      YAMLFactory.builder()
                          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                          .build()),
                  value));
    }
    out.flush();
  }

  /** Whether to colour: on a terminal only. */
  public boolean colour() {
    return !noColour && System.getenv("NO_COLOR") == null && Terminal.isThere();
  }

  private static ObjectMapper json() {
    return new ObjectMapper();
  }

  private static String text(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values of ours can always be written", e);
    }
  }
}
