import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Reads files (a length in four bytes, then the bytes) from standard input with java.util.Properties and prints one line
 * per file: pairs `KEY:VALUE` in hexadecimal UTF-16, or `error`. The last file is followed by a length of -1.
 */
class DumpProperties {
  public static void main(String[] args) throws IOException {
    DataInputStream in = new DataInputStream(System.in);
    PrintStream out = new PrintStream(System.out, false);
    for (int length = in.readInt(); length >= 0; length = in.readInt()) {
      out.println(dump(in.readNBytes(length)));
    }
    out.flush();
  }

  private static String dump(byte[] bytes) throws IOException {
    Properties properties = new Properties();
    try {
      String text = utf8(bytes);
      if (text == null || text.length() == bytes.length) properties.load(new ByteArrayInputStream(bytes));
      else properties.load(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
    } catch (IllegalArgumentException e) {
      return "error";
    }
    StringBuilder line = new StringBuilder();
    properties.forEach((key, value) -> line.append(hex((String) key)).append(':').append(hex((String) value)).append(' '));
    return line.toString().trim();
  }

  /** The text, or null if this is not UTF-8; as long as the bytes if it is plain ASCII. */
  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String hex(String text) {
    StringBuilder digits = new StringBuilder();
    text.chars().forEach(c -> digits.append(String.format("%04x", c)));
    return digits.toString();
  }
}
