import java.io.FileInputStream;
import java.io.ObjectInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Prints the entries of offset files, one a line, read by Java itself; each file begins with a line of its path. */
public class ReadOffsets {
    public static void main(String[] args) throws Exception {
        for (String path : args) {
            System.out.println(path);
            try (ObjectInputStream in = new ObjectInputStream(new FileInputStream(path))) {
                @SuppressWarnings("unchecked")
                HashMap<byte[], byte[]> map = (HashMap<byte[], byte[]>) in.readObject();
                for (Map.Entry<byte[], byte[]> entry : map.entrySet()) {
                    byte[] value = entry.getValue();
                    System.out.println(text(entry.getKey()) + "\t" + (value == null ? "null" : text(value)));
                }
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("[^ -~]", "?");
    }
}
