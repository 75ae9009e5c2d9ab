import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Schemas and values in the form that test/oracle/README.md describes, to Connect's. */
final class ValueReader {
    private static final long DAY_MS = 86_400_000L;

    /** Whether schemaless maps are as JsonConverter makes them, else in the order that is given. */
    static boolean asConverted = false;

    private static Map<Object, Object> schemalessMap() {
        return asConverted ? new HashMap<>() : new LinkedHashMap<>();
    }

    static SchemaAndValue side(JsonNode side) {
        Schema schema = schema(side.get("schema"));
        JsonNode payload = side.has("payload") ? side.get("payload") : side.get("value");
        return new SchemaAndValue(schema, value(schema, payload));
    }

    static Schema schema(JsonNode node) {
        if (isNull(node)) return null;
        SchemaBuilder builder = builder(node);
        if (node.path("optional").asBoolean()) builder.optional();
        if (node.has("name")) builder.name(node.get("name").asText());
        if (node.has("version")) builder.version(node.get("version").asInt());
        if (node.has("doc")) builder.doc(node.get("doc").asText());
        if (node.has("parameters")) {
            for (Map.Entry<String, JsonNode> each : node.get("parameters").properties()) {
                builder.parameter(each.getKey(), each.getValue().asText());
            }
        }
        if (node.path("type").asText().equals("struct")) {
            for (JsonNode field : node.path("fields")) builder.field(field.get("field").asText(), schema(field));
        }
        if (node.has("default")) builder.defaultValue(defaultValue(builder, node.get("default")));
        return builder.build();
    }

    private static SchemaBuilder builder(JsonNode node) {
        switch (node.get("type").asText()) {
            case "array":
                return SchemaBuilder.array(schema(node.get("items")));
            case "map":
                return SchemaBuilder.map(schema(node.get("keys")), schema(node.get("values")));
            case "float":
                return SchemaBuilder.float32();
            case "double":
                return SchemaBuilder.float64();
            default:
                return SchemaBuilder.type(Schema.Type.valueOf(node.get("type").asText().toUpperCase()));
        }
    }

    /** A default stands there as JsonConverter writes it: logical types as their base value. */
    private static Object defaultValue(Schema schema, JsonNode node) {
        String name = schema.name() == null ? "" : schema.name();
        if (node.isTextual() && schema.type() == Schema.Type.BYTES) {
            byte[] bytes = Base64.getDecoder().decode(node.asText());
            return name.equals(Decimal.LOGICAL_NAME) ? Decimal.toLogical(schema, bytes) : bytes;
        }
        if (node.isNumber()) {
            if (name.equals(org.apache.kafka.connect.data.Date.LOGICAL_NAME)) return new Date(node.asLong() * DAY_MS);
            if (name.equals(Time.LOGICAL_NAME) || name.equals(Timestamp.LOGICAL_NAME)) return new Date(node.asLong());
        }
        return value(schema, node);
    }

    static Object value(Schema schema, JsonNode node) {
        if (isNull(node)) return null;
        if (isTagged(schema, node)) return tagged(schema, node);
        if (schema == null) return schemaless(node);
        requireShape(schema, node);
        switch (schema.type()) {
            case INT8:
                return (byte) node.intValue();
            case INT16:
                return (short) node.intValue();
            case INT32:
                return node.intValue();
            case INT64:
                return node.longValue();
            case FLOAT32:
                return (float) node.doubleValue();
            case FLOAT64:
                return node.doubleValue();
            case BOOLEAN:
                return node.booleanValue();
            case STRING:
                return node.textValue();
            case ARRAY: {
                List<Object> list = new ArrayList<>();
                for (JsonNode item : node) list.add(value(schema.valueSchema(), item));
                return list;
            }
            case MAP: {
                Map<Object, Object> map = new LinkedHashMap<>();
                if (node.isArray()) {
                    for (JsonNode pair : node) {
                        map.put(value(schema.keySchema(), pair.get(0)), value(schema.valueSchema(), pair.get(1)));
                    }
                } else {
                    for (Map.Entry<String, JsonNode> each : node.properties()) {
                        map.put(each.getKey(), value(schema.valueSchema(), each.getValue()));
                    }
                }
                return map;
            }
            case STRUCT: {
                Struct struct = new Struct(schema);
                for (Field field : schema.fields()) {
                    Object value = value(field.schema(), node.get(field.name()));
                    if (value != null) struct.put(field, value);
                }
                return struct;
            }
            default:
                throw new IllegalArgumentException("no value of " + schema.type() + ": " + node);
        }
    }

    private static void requireShape(Schema schema, JsonNode node) {
        Schema.Type type = schema.type();
        boolean fits = type == Schema.Type.STRING ? node.isTextual()
            : type == Schema.Type.BOOLEAN ? node.isBoolean()
            : type == Schema.Type.ARRAY ? node.isArray()
            : type == Schema.Type.MAP ? node.isContainerNode()
            : type == Schema.Type.STRUCT ? node.isObject()
            : type == Schema.Type.FLOAT32 || type == Schema.Type.FLOAT64 ? node.isNumber()
            : node.isIntegralNumber() && inRange(type, node.longValue());
        if (!fits) throw new IllegalArgumentException("no value of " + type + ": " + node);
    }

    private static boolean inRange(Schema.Type type, long value) {
        return type == Schema.Type.INT8 ? value == (byte) value
            : type == Schema.Type.INT16 ? value == (short) value
            : type != Schema.Type.INT32 || value == (int) value;
    }

    private static boolean isTagged(Schema schema, JsonNode node) {
        if (!node.isObject() || node.size() != 1) return false;
        String tag = tagOf(node);
        return tag.startsWith("$")
            && (schema == null || schema.type() != Schema.Type.STRUCT || schema.field(tag) == null);
    }

    private static String tagOf(JsonNode node) {
        Iterator<String> names = node.fieldNames();
        return names.next();
    }

    private static Object tagged(Schema schema, JsonNode node) {
        String tag = tagOf(node);
        JsonNode content = node.get(tag);
        switch (tag) {
            case "$raw":
                return value(null, content);
            case "$int8":
                return Byte.valueOf(content.asText());
            case "$int16":
                return Short.valueOf(content.asText());
            case "$int32":
                return Integer.valueOf(content.asText());
            case "$int64":
                return Long.valueOf(content.asText());
            case "$bigint":
                return new BigInteger(content.asText());
            case "$float32":
                return (float) number(content);
            case "$float64":
                if (content.isTextual() && schema != null && schema.type() == Schema.Type.FLOAT32) {
                    return (float) number(content);
                }
                return number(content);
            case "$decimal":
                return new BigDecimal(content.asText());
            case "$date":
                return new Date(content.asLong());
            case "$bytes":
                return Base64.getDecoder().decode(content.asText());
            case "$map": {
                Map<Object, Object> map = schemalessMap();
                for (JsonNode pair : content) map.put(value(null, pair.get(0)), value(null, pair.get(1)));
                return map;
            }
            case "$struct": {
                Struct struct = (Struct) side(content).value();
                if (struct == null) throw new IllegalArgumentException("no struct: " + content);
                return struct;
            }
            default:
                throw new IllegalArgumentException("unknown tag " + tag);
        }
    }

    private static double number(JsonNode content) {
        return content.isTextual() ? Double.parseDouble(content.asText()) : content.doubleValue();
    }

    private static Object schemaless(JsonNode node) {
        if (node.isBoolean()) return node.booleanValue();
        if (node.isTextual()) return node.textValue();
        if (node.isIntegralNumber()) return node.longValue();
        if (node.isNumber()) return node.doubleValue();
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            for (JsonNode item : node) list.add(value(null, item));
            return list;
        }
        Map<Object, Object> map = schemalessMap();
        for (Map.Entry<String, JsonNode> each : node.properties()) map.put(each.getKey(), value(null, each.getValue()));
        return map;
    }

    private static boolean isNull(JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode();
    }
}
