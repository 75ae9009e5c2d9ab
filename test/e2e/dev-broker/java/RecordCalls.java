import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Records are written, read and looked up. */
final class RecordCalls {
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private RecordCalls() {}

    static void addTo(Map<String, ClientDriver.Call> calls) {
        calls.put("produce", RecordCalls::produce);
        calls.put("read", (bootstrap, given) -> {
            try (KafkaConsumer<String, String> consumer = consumer(bootstrap, given.path("config"))) {
                TopicPartition partition = new TopicPartition(given.get("topic").asText(), given.get("partition").asInt());
                consumer.assign(List.of(partition));
                consumer.seek(partition, given.get("from").asLong());
                return readSome(consumer, given.get("count").asInt());
            }
        });
        calls.put("readFromTime", (bootstrap, given) -> {
            try (KafkaConsumer<String, String> consumer = consumer(bootstrap, given.path("config"))) {
                TopicPartition partition = new TopicPartition(given.get("topic").asText(), 0);
                consumer.assign(List.of(partition));
                long time = given.get("time").asLong();
                consumer.seek(partition, consumer.offsetsForTimes(Map.of(partition, time)).get(partition).offset());
                return readSome(consumer, given.get("count").asInt());
            }
        });
    }

    static KafkaConsumer<String, String> consumer(String bootstrap, JsonNode config) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        settings.put("allow.auto.create.topics", "false");
        settings.put("default.api.timeout.ms", "60000");
        settings.put("fetch.max.wait.ms", "200");
        config.fields().forEachRemaining(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    static KafkaProducer<String, String> producer(String bootstrap, JsonNode config) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("max.block.ms", "60000");
        settings.put("request.timeout.ms", "30000");
        settings.put("delivery.timeout.ms", "60000");
        settings.put("max.request.size", "4000000");
        settings.put("linger.ms", "50"); // all records of a call are one batch
        config.fields().forEachRemaining(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static Object produce(String bootstrap, JsonNode given) throws Exception {
        try (KafkaProducer<String, String> producer = producer(bootstrap, given.path("config"))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (JsonNode record : given.get("records")) {
                Long time = record.hasNonNull("timestamp") ? record.get("timestamp").asLong() : null;
                ProducerRecord<String, String> made = new ProducerRecord<>(given.get("topic").asText(),
                    given.get("partition").asInt(), time, text(record.get("key")), text(record.get("value")));
                record.path("headers").fields().forEachRemaining(
                    entry -> made.headers().add(entry.getKey(), entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
                sent.add(producer.send(made));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
            return sent.get(0).get().hasOffset() ? sent.get(0).get().offset() : null;
        }
    }

    static List<Object> readSome(KafkaConsumer<String, String> consumer, int count) throws TimeoutException {
        List<Object> found = new ArrayList<>();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (found.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(found.size() + " of " + count + " records");
            }
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                if (found.size() < count) {
                    found.add(shown(record));
                }
            }
        }
        return found;
    }

    private static Map<String, Object> shown(ConsumerRecord<String, String> record) {
        List<List<String>> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(List.of(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("offset", record.offset());
        shown.put("timestamp", record.timestamp());
        shown.put("key", record.key());
        shown.put("value", record.value());
        shown.put("headers", headers);
        return shown;
    }

    private static String text(JsonNode node) {
        return node == null || node.isNull() ? null : node.asText();
    }
}
