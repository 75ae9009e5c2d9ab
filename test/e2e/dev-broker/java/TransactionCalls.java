import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Transactions, and what goes wrong with them. */
final class TransactionCalls {
    private TransactionCalls() {}

    static void addTo(Map<String, ClientDriver.Call> calls) {
        calls.put("transactions", (bootstrap, given) -> {
            try (KafkaProducer<String, String> producer = producer(bootstrap, given)) {
                for (JsonNode transaction : given.get("transactions")) {
                    play(producer, given.get("topic").asText(), transaction);
                }
                return null;
            }
        });
        calls.put("fence", (bootstrap, given) -> {
            String topic = given.get("topic").asText();
            try (KafkaProducer<String, String> first = producer(bootstrap, given)) {
                first.beginTransaction();
                first.send(new ProducerRecord<>(topic, 0, null, "of the first")).get();
                producer(bootstrap, given).close();
                first.commitTransaction();
                throw new IllegalStateException("The first producer was not fenced");
            }
        });
        calls.put("commitAsStranger", (bootstrap, given) -> {
            try (KafkaProducer<String, String> producer = producer(bootstrap, given)) {
                producer.beginTransaction();
                producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(given.get("topic").asText(), 0), new OffsetAndMetadata(1)),
                    new ConsumerGroupMetadata(given.get("group").asText(), 99, "stranger", Optional.empty()));
                producer.commitTransaction();
                return null;
            }
        });
    }

    private static void play(KafkaProducer<String, String> producer, String topic, JsonNode transaction) {
        producer.beginTransaction();
        for (JsonNode value : transaction.get("values")) {
            producer.send(new ProducerRecord<>(topic, 0, null, value.asText()));
        }
        producer.flush();
        JsonNode offset = transaction.get("offset");
        if (offset != null) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset.get("offset").asLong()));
            producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(offset.get("group").asText()));
        }
        if (transaction.get("commits").asBoolean()) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private static KafkaProducer<String, String> producer(String bootstrap, JsonNode given) {
        ObjectNode config = ClientDriver.JSON.createObjectNode();
        config.put("transactional.id", given.get("transactionalId").asText());
        KafkaProducer<String, String> producer = RecordCalls.producer(bootstrap, config);
        producer.initTransactions();
        return producer;
    }
}
