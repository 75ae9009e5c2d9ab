import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Exit;

/** The command line tools of Apache Kafka, one after the other in this JVM: they take standard input, output and exit. */
final class ToolCalls {
    private ToolCalls() {}

    /** Instead of the end of the process. */
    private static final class Ended extends RuntimeException {
        final int code;

        Ended(int code) {
            this.code = code;
        }
    }

    static void addTo(Map<String, ClientDriver.Call> calls) {
        calls.put("tool", ToolCalls::run);
    }

    private static synchronized Object run(String bootstrap, JsonNode given) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--bootstrap-server", bootstrap));
        given.get("arguments").forEach(one -> arguments.add(one.asText()));
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        AtomicReference<Ended> end = new AtomicReference<>();
        Exit.Procedure exit = (code, message) -> {
            end.compareAndSet(null, new Ended(code)); // a tool that catches the first exit comes again with another code
            throw end.get();
        };
        try {
            System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(given.path("input").asText("").getBytes(StandardCharsets.UTF_8)));
            Exit.setExitProcedure(exit);
            Exit.setHaltProcedure(exit);
            Exit.setShutdownHookAdder((name, hook) -> { }); // as many tools as there are would stop at the end
            Class.forName(given.get("tool").asText()).getMethod("main", String[].class)
                .invoke(null, (Object) arguments.toArray(new String[0]));
        } catch (InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof Ended)) {
                throw thrown;
            }
        } finally {
            Exit.resetExitProcedure();
            Exit.resetHaltProcedure();
            Exit.resetShutdownHookAdder();
            System.setOut(out);
            System.setErr(err);
            System.setIn(in);
        }
        return Map.of("code", end.get() == null ? 0 : end.get().code, "output", written.toString(StandardCharsets.UTF_8));
    }
}
