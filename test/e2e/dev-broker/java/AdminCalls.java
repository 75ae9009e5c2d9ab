import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What the admin client can do. */
final class AdminCalls {
    /** One client for each broker, kept. */
    private static final Map<String, Admin> ADMINS = new HashMap<>();

    private AdminCalls() {}

    interface AdminCall {
        Object run(Admin admin, JsonNode given) throws Exception;
    }

    private static synchronized Admin admin(String bootstrap) {
        return ADMINS.computeIfAbsent(bootstrap, address -> Admin.create(
            Map.of("bootstrap.servers", address, "default.api.timeout.ms", "60000", "request.timeout.ms", "30000")));
    }

    static void addTo(Map<String, ClientDriver.Call> calls) {
        Map<String, AdminCall> own = new LinkedHashMap<>();
        own.put("createTopic", (admin, given) -> {
            Map<String, String> config = new HashMap<>();
            given.path("config").fields().forEachRemaining(entry -> config.put(entry.getKey(), entry.getValue().asText()));
            NewTopic topic = new NewTopic(topic(given), Optional.of(given.path("partitions").asInt(1)),
                Optional.of((short) given.path("replicas").asInt(1)));
            return admin.createTopics(List.of(topic.configs(config))).all().get();
        });
        own.put("addPartitions", (admin, given) ->
            admin.createPartitions(Map.of(topic(given), NewPartitions.increaseTo(given.get("count").asInt()))).all().get());
        own.put("partitionCount", (admin, given) -> partitions(admin, topic(given)).size());
        own.put("deleteTopic", (admin, given) -> admin.deleteTopics(List.of(topic(given))).all().get());
        own.put("settings", (admin, given) -> {
            Config found = admin.describeConfigs(List.of(resource(given))).all().get().get(resource(given));
            List<String> values = new ArrayList<>();
            given.get("names").forEach(name -> values.add(found.get(name.asText()).value()));
            return values;
        });
        own.put("setSetting", (admin, given) -> {
            ConfigEntry entry = new ConfigEntry(given.get("name").asText(), given.get("value").asText());
            return admin.incrementalAlterConfigs(
                Map.of(resource(given), List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET)))).all().get();
        });
        own.put("deleteRecords", (admin, given) -> admin.deleteRecords(
            Map.of(first(given), RecordsToDelete.beforeOffset(given.get("before").asLong())))
            .lowWatermarks().get(first(given)).get().lowWatermark());
        own.put("offsets", (admin, given) -> {
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            List<TopicPartition> partitions = partitions(admin, topic(given));
            partitions.forEach(one -> asked.put(one, spec(given.get("at"))));
            var found = admin.listOffsets(asked);
            List<Long> offsets = new ArrayList<>();
            for (TopicPartition one : partitions) {
                offsets.add(found.partitionResult(one).get().offset());
            }
            return offsets;
        });
        own.put("commit", (admin, given) -> admin.alterConsumerGroupOffsets(group(given),
            Map.of(first(given), new OffsetAndMetadata(given.get("offset").asLong()))).all().get());
        own.put("committed", (admin, given) -> {
            var found = admin.listConsumerGroupOffsets(group(given)).partitionsToOffsetAndMetadata().get();
            return partitions(admin, topic(given)).stream()
                .map(one -> found.get(one) == null ? -1 : found.get(one).offset()).toList();
        });
        own.put("deleteOffset", (admin, given) ->
            admin.deleteConsumerGroupOffsets(group(given), Set.of(first(given))).all().get());
        own.put("groupState", (admin, given) -> {
            ConsumerGroupDescription found =
                admin.describeConsumerGroups(List.of(group(given))).describedGroups().get(group(given)).get();
            return Map.of("state", found.groupState().toString(), "members", found.members().size());
        });
        own.put("isListed", (admin, given) ->
            admin.listGroups().all().get().stream().anyMatch(one -> one.groupId().equals(group(given))));
        own.put("deleteGroup", (admin, given) -> admin.deleteConsumerGroups(List.of(group(given))).all().get());
        own.put("cluster", (admin, given) -> {
            DescribeClusterResult found = admin.describeCluster();
            return Map.of("nodes", found.nodes().get().size(), "hasController", found.controller().get() != null);
        });
        own.forEach((name, call) -> calls.put(name, (bootstrap, given) -> call.run(admin(bootstrap), given)));
    }

    private static String topic(JsonNode given) {
        return given.get("topic").asText();
    }

    private static String group(JsonNode given) {
        return given.get("group").asText();
    }

    private static TopicPartition first(JsonNode given) {
        return new TopicPartition(topic(given), 0);
    }

    private static ConfigResource resource(JsonNode given) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic(given));
    }

    private static List<TopicPartition> partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
            .map(one -> new TopicPartition(topic, one.partition())).toList();
    }

    private static OffsetSpec spec(JsonNode at) {
        if (at.isNumber()) {
            return OffsetSpec.forTimestamp(at.asLong());
        }
        return at.asText().equals("latest") ? OffsetSpec.latest() : OffsetSpec.earliest();
    }
}
