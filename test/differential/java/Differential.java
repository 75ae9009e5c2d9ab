import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaProjector;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.runtime.ConnectMetrics;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.TransformationStage;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.util.ConnectorTaskId;

/** Answers, a line of JSON each, what Apache Kafka's own classes make of a list of cases. See test/differential/case.ts. */
public final class Differential {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Plugins plugins;
    private final ConnectMetrics metrics;

    private Differential() {
        mapper.getFactory().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
        mapper.getFactory().setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).maxNestingDepth(10_000).build());
        Map<String, String> worker = new HashMap<>();
        worker.put("bootstrap.servers", "127.0.0.1:1");
        worker.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("offset.storage.file.filename", "unused");
        worker.put("plugin.discovery", "service_load");
        plugins = new Plugins(worker);
        plugins.compareAndSwapWithDelegatingLoader();
        metrics = new ConnectMetrics("differential", new StandaloneConfig(worker), Time.SYSTEM, "cluster");
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, "US-ASCII");
        System.setOut(System.err);
        Differential differential = new Differential();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ArrayNode answers = JSON.arrayNode();
            for (JsonNode each : differential.mapper.readTree(line)) answers.add(differential.answer(each));
            out.print(differential.mapper.writeValueAsString(answers));
            out.print('\n');
            out.flush();
        }
    }

    private JsonNode answer(JsonNode each) {
        try {
            switch (each.get("kind").asText()) {
                case "transforms":
                    return transforms(each);
                case "converter":
                    return converter(each);
                case "project":
                    return project(each);
                default:
                    return convert(each);
            }
        } catch (Throwable error) {
            return failed("input", error);
        }
    }

    // Transforms

    private JsonNode transforms(JsonNode each) {
        boolean sink = each.path("sink").asBoolean();
        return sink ? this.<SinkRecord>chain(each, true) : this.<SourceRecord>chain(each, false);
    }

    private <R extends ConnectRecord<R>> JsonNode chain(JsonNode each, boolean sink) {
        Map<String, String> config = config(each);
        config.put("name", "differential");
        config.put("connector.class", "org.apache.kafka.connect.file.FileStreamSourceConnector");
        List<TransformationStage<R>> stages;
        try {
            ConnectorConfig connector = new ConnectorConfig(plugins, config);
            stages = connector.transformationStages(plugins, new ConnectorTaskId("differential", 0), metrics);
        } catch (Throwable error) {
            return failed("config", error);
        }
        try {
            ArrayNode results = JSON.arrayNode();
            for (JsonNode record : each.get("records")) results.add(apply(stages, record, sink));
            return results;
        } finally {
            stages.forEach(TransformationStage::close);
        }
    }

    @SuppressWarnings("unchecked")
    private <R extends ConnectRecord<R>> JsonNode apply(List<TransformationStage<R>> stages, JsonNode node, boolean sink) {
        R record;
        ValueReader.asConverted = true;
        try {
            record = (R) record(node, sink);
        } catch (Throwable error) {
            return failed("input", error);
        } finally {
            ValueReader.asConverted = false;
        }
        try {
            for (TransformationStage<R> stage : stages) {
                record = stage.apply(record);
                if (record == null) break;
            }
            ObjectNode result = JSON.objectNode();
            result.set("output", record == null ? NullNode.instance : record(record));
            return result;
        } catch (Throwable error) {
            return failed("apply", error);
        }
    }

    private static ConnectRecord<?> record(JsonNode node, boolean sink) {
        SchemaAndValue key = ValueReader.side(node.get("key"));
        SchemaAndValue value = ValueReader.side(node.get("value"));
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode header : node.path("headers")) headers.add(header.get("key").asText(), ValueReader.side(header));
        String topic = node.get("topic").asText();
        Integer partition = node.get("partition").isNull() ? null : (Integer) node.get("partition").intValue();
        Long timestamp = node.get("timestamp").isNull() ? null : (Long) node.get("timestamp").longValue();
        if (sink) {
            return new SinkRecord(topic, partition, key.schema(), key.value(), value.schema(), value.value(),
                node.get("offset").longValue(), timestamp, TimestampType.CREATE_TIME, headers);
        }
        return new SourceRecord(Map.of(), Map.of(), topic, partition, key.schema(), key.value(), value.schema(),
            value.value(), timestamp, headers);
    }

    private static ObjectNode record(ConnectRecord<?> record) {
        ObjectNode node = JSON.objectNode();
        node.put("topic", record.topic());
        node.put("partition", record.kafkaPartition());
        node.put("timestamp", record.timestamp());
        if (record instanceof SinkRecord) node.put("offset", ((SinkRecord) record).kafkaOffset());
        node.set("key", ValueWriter.side(record.keySchema(), record.key()));
        node.set("value", ValueWriter.side(record.valueSchema(), record.value()));
        ArrayNode headers = node.putArray("headers");
        for (Header header : record.headers()) {
            ObjectNode each = JSON.objectNode().put("key", header.key());
            each.setAll(ValueWriter.side(header.schema(), header.value()));
            headers.add(each);
        }
        return node;
    }

    // Converters

    private interface Call {
        JsonNode on(JsonNode input);
    }

    private JsonNode converter(JsonNode each) {
        Call call;
        try {
            call = open(each);
        } catch (Throwable error) {
            return failed("config", error);
        }
        ArrayNode results = JSON.arrayNode();
        for (JsonNode input : each.get("inputs")) {
            try {
                results.add(call.on(input));
            } catch (InputError error) {
                results.add(failed("input", error.getCause()));
            } catch (Throwable error) {
                results.add(failed("convert", error));
            }
        }
        return results;
    }

    private Call open(JsonNode each) throws ReflectiveOperationException {
        String role = each.get("role").asText();
        boolean writes = each.get("op").asText().equals("fromConnect");
        Object plugin = Class.forName(each.get("converter").asText()).getDeclaredConstructor().newInstance();
        Map<String, String> config = config(each);
        config.put("converter.type", role);
        if (role.equals("header")) {
            HeaderConverter converter = (HeaderConverter) plugin;
            converter.configure(config);
            return writes
                ? write((schema, value) -> converter.fromConnectHeader("topic", "header", schema, value))
                : read(bytes -> converter.toConnectHeader("topic", "header", bytes));
        }
        Converter converter = (Converter) plugin;
        converter.configure(config, role.equals("key"));
        return writes
            ? write((schema, value) -> converter.fromConnectData("topic", schema, value))
            : read(bytes -> converter.toConnectData("topic", bytes));
    }

    private static Call write(java.util.function.BiFunction<Schema, Object, byte[]> convert) {
        return input -> {
            SchemaAndValue side = inputSide(input);
            ObjectNode result = JSON.objectNode();
            result.set("bytes", ValueWriter.base64(convert.apply(side.schema(), side.value())));
            return result;
        };
    }

    private static Call read(java.util.function.Function<byte[], SchemaAndValue> convert) {
        return input -> {
            SchemaAndValue read = convert.apply(input.isNull() ? null : Base64.getDecoder().decode(input.asText()));
            ObjectNode result = JSON.objectNode();
            // So does the worker, when it adds what a converter returns to a record's headers
            SchemaAndValue side = read == null ? SchemaAndValue.NULL : read;
            result.set("result", ValueWriter.side(side.schema(), side.value()));
            return result;
        };
    }

    private static final class InputError extends RuntimeException {
        InputError(Throwable cause) {
            super(cause);
        }
    }

    private static SchemaAndValue inputSide(JsonNode input) {
        try {
            return ValueReader.side(input);
        } catch (Throwable error) {
            throw new InputError(error);
        }
    }

    // Values and projections

    private JsonNode project(JsonNode each) {
        SchemaAndValue source = ValueReader.side(each);
        Schema target = ValueReader.schema(each.get("target"));
        try {
            return result(target, SchemaProjector.project(source.schema(), source.value(), target));
        } catch (Throwable error) {
            return failed("convert", error);
        }
    }

    private JsonNode convert(JsonNode each) {
        SchemaAndValue from = ValueReader.side(each);
        try {
            return result(null, converted(each.get("to").asText(), from.schema(), from.value()));
        } catch (Throwable error) {
            return failed("convert", error);
        }
    }

    private static Object converted(String to, Schema schema, Object value) {
        switch (to) {
            case "boolean":
                return Values.convertToBoolean(schema, value);
            case "int8":
                return Values.convertToByte(schema, value);
            case "int16":
                return Values.convertToShort(schema, value);
            case "int32":
                return Values.convertToInteger(schema, value);
            case "int64":
                return Values.convertToLong(schema, value);
            case "float32":
                return Values.convertToFloat(schema, value);
            case "float64":
                return Values.convertToDouble(schema, value);
            case "string":
                return Values.convertToString(schema, value);
            case "date":
                return Values.convertToDate(schema, value);
            case "time":
                return Values.convertToTime(schema, value);
            case "timestamp":
                return Values.convertToTimestamp(schema, value);
            case "decimal":
                return Values.convertToDecimal(schema, value, 2);
            default:
                throw new IllegalArgumentException(to);
        }
    }

    private static JsonNode result(Schema schema, Object value) {
        ObjectNode result = JSON.objectNode();
        result.set("result", ValueWriter.side(schema, value));
        return result;
    }

    // Errors

    private static Map<String, String> config(JsonNode each) {
        Map<String, String> config = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : each.get("config").properties()) {
            config.put(entry.getKey(), entry.getValue().isNull() ? null : entry.getValue().asText());
        }
        return config;
    }

    private static JsonNode failed(String phase, Throwable error) {
        ObjectNode node = JSON.objectNode();
        ObjectNode described = describe(error);
        described.put("phase", phase);
        ArrayNode causes = described.putArray("causes");
        List<Throwable> seen = new ArrayList<>();
        for (Throwable cause = error.getCause(); cause != null && !seen.contains(cause); cause = cause.getCause()) {
            seen.add(cause);
            causes.add(describe(cause));
        }
        node.set("error", described);
        return node;
    }

    private static ObjectNode describe(Throwable error) {
        return JSON.objectNode().put("class", error.getClass().getName()).put("message", error.getMessage());
    }
}
