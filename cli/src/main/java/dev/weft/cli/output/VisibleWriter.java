package dev.weft.cli.output;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/**
 * All that the command line prints, without control characters but line breaks, tabs, our colours.
 */
public final class VisibleWriter extends FilterWriter {
  private VisibleWriter(Writer out) {
    super(out);
  }

  /** A writer for a command line's output. */
  public static PrintWriter of(OutputStream out, Charset charset) {
    return of(new OutputStreamWriter(out, charset));
  }

  static PrintWriter of(Writer out) {
    return new PrintWriter(new VisibleWriter(out), true);
  }

  @Override
  public void write(int c) throws IOException {
    out.write(Visible.lines(String.valueOf((char) c)));
  }

  @Override
  public void write(char[] buffer, int from, int length) throws IOException {
    out.write(Visible.lines(new String(buffer, from, length)));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(Visible.lines(text.substring(from, from + length)));
  }
}
