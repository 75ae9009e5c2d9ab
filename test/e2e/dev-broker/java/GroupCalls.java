import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Members of groups. */
final class GroupCalls {
    /** By the number that was given out for it. */
    private static final Map<Integer, Member> MEMBERS = new ConcurrentHashMap<>();
    private static final AtomicInteger LAST = new AtomicInteger();

    private GroupCalls() {}

    static void addTo(Map<String, ClientDriver.Call> calls) {
        calls.put("join", (bootstrap, given) -> {
            int number = LAST.incrementAndGet();
            MEMBERS.put(number, new Member(RecordCalls.consumer(bootstrap, given.get("config")), given.get("topic").asText()));
            return number;
        });
        calls.put("assignment", (bootstrap, given) -> MEMBERS.get(given.get("member").asInt()).assignment());
        calls.put("leave", (bootstrap, given) -> {
            MEMBERS.remove(given.get("member").asInt()).leave();
            return null;
        });
        calls.put("readInGroup", (bootstrap, given) -> {
            try (KafkaConsumer<String, String> consumer = RecordCalls.consumer(bootstrap, given.get("config"))) {
                consumer.subscribe(List.of(given.get("topic").asText()));
                List<Object> found = RecordCalls.readSome(consumer, given.get("count").asInt());
                consumer.commitSync();
                return found.stream().map(one -> ((Map<?, ?>) one).get("value")).toList();
            }
        });
    }

    /** Polls in a thread of its own. */
    private static final class Member {
        private final KafkaConsumer<String, String> consumer;
        private final Thread thread;
        private volatile List<Integer> assignment = List.of();
        private volatile RuntimeException problem;

        Member(KafkaConsumer<String, String> consumer, String topic) {
            this.consumer = consumer;
            consumer.subscribe(List.of(topic));
            thread = new Thread(this::poll);
            thread.start();
        }

        List<Integer> assignment() {
            if (problem != null) {
                throw problem;
            }
            return assignment;
        }

        void leave() throws InterruptedException {
            consumer.wakeup();
            thread.join();
        }

        private void poll() {
            try (consumer) {
                while (true) {
                    consumer.poll(Duration.ofMillis(100));
                    assignment = consumer.assignment().stream().map(TopicPartition::partition).sorted().toList();
                }
            } catch (WakeupException asked) {
                assignment = List.of();
            } catch (RuntimeException failed) {
                problem = failed;
            }
        }
    }
}
