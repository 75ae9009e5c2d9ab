import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.Errors;

/** Does with Apache Kafka's own clients what it is asked to, a line of JSON each; see test/e2e/dev-broker/java-client.ts. */
public final class ClientDriver {
    static final ObjectMapper JSON = new ObjectMapper();

    /** One thing that can be asked for. */
    interface Call {
        Object run(String bootstrap, JsonNode arguments) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out; // the tools get another one
        Map<String, Call> calls = new HashMap<>();
        RecordCalls.addTo(calls);
        TransactionCalls.addTo(calls);
        GroupCalls.addTo(calls);
        AdminCalls.addTo(calls);
        ToolCalls.addTo(calls);
        ExecutorService threads = Executors.newCachedThreadPool();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode request = JSON.readTree(line);
            threads.submit(() -> {
                ObjectNode answer = JSON.createObjectNode();
                answer.set("id", request.get("id"));
                try {
                    Call call = calls.get(request.get("call").asText());
                    Object result = call.run(request.get("bootstrap").asText(), request.get("arguments"));
                    answer.set("result", JSON.valueToTree(result));
                } catch (Throwable problem) {
                    Throwable cause = unwrapped(problem);
                    answer.put("error", nameOf(cause));
                    answer.put("message", String.valueOf(cause));
                }
                synchronized (answers) {
                    answers.println(answer);
                    answers.flush();
                }
            });
        }
        System.exit(0);
    }

    private static Throwable unwrapped(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null && (cause instanceof ExecutionException || cause instanceof CompletionException
                || cause.getClass() == KafkaException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** As the protocol has it; for what only the client knows, the name of the class. */
    private static String nameOf(Throwable problem) {
        Errors error = Errors.forException(problem);
        return error == Errors.UNKNOWN_SERVER_ERROR ? problem.getClass().getSimpleName() : error.name();
    }
}
