import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Connect's schemas and values in the form that test/oracle/README.md describes; what does not fit its schema is tagged. */
final class ValueWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long DAY_MS = 86_400_000L;
    private static final int MOST_ZEROS = 1000;

    static ObjectNode side(Schema schema, Object value) {
        ObjectNode side = JSON.objectNode();
        side.set("schema", schema(schema));
        side.set("payload", value(schema, value));
        return side;
    }

    static JsonNode schema(Schema schema) {
        if (schema == null) return NullNode.instance;
        ObjectNode node = JSON.objectNode();
        node.put("type", typeName(schema.type()));
        if (schema.type() == Schema.Type.ARRAY) node.set("items", schema(schema.valueSchema()));
        if (schema.type() == Schema.Type.MAP) {
            node.set("keys", schema(schema.keySchema()));
            node.set("values", schema(schema.valueSchema()));
        }
        if (schema.type() == Schema.Type.STRUCT) {
            ArrayNode fields = node.putArray("fields");
            for (Field field : schema.fields()) {
                ObjectNode each = (ObjectNode) schema(field.schema());
                each.put("field", field.name());
                fields.add(each);
            }
        }
        node.put("optional", schema.isOptional());
        if (schema.name() != null) node.put("name", schema.name());
        if (schema.version() != null) node.put("version", schema.version());
        if (schema.doc() != null) node.put("doc", schema.doc());
        if (schema.parameters() != null) {
            ObjectNode parameters = node.putObject("parameters");
            schema.parameters().forEach(parameters::put);
        }
        if (schema.defaultValue() != null) node.set("default", defaultValue(schema, schema.defaultValue()));
        return node;
    }

    private static String typeName(Schema.Type type) {
        if (type == Schema.Type.FLOAT32) return "float";
        return type == Schema.Type.FLOAT64 ? "double" : type.getName();
    }

    private static JsonNode defaultValue(Schema schema, Object value) {
        if (value instanceof Date) {
            long millis = ((Date) value).getTime();
            boolean days = org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(schema.name());
            return JSON.numberNode(days ? millis / DAY_MS : millis);
        }
        if (value instanceof BigDecimal) return base64(Decimal.fromLogical(schema, (BigDecimal) value));
        if (value instanceof byte[] || value instanceof ByteBuffer) return base64(bytes(value));
        return value(schema, value);
    }

    static JsonNode value(Schema schema, Object value) {
        if (schema == null || value == null) return schemaless(value);
        boolean logical = isLogical(schema.name());
        switch (schema.type()) {
            case INT8:
                if (value instanceof Byte && !logical) return JSON.numberNode((Byte) value);
                break;
            case INT16:
                if (value instanceof Short && !logical) return JSON.numberNode((Short) value);
                break;
            case INT32:
                if (value instanceof Integer && !logical) return JSON.numberNode((Integer) value);
                break;
            case INT64:
                if (value instanceof Long && !logical) return longNode((Long) value);
                break;
            case FLOAT32:
                if (value instanceof Float) return floating(((Float) value).doubleValue());
                break;
            case FLOAT64:
                if (value instanceof Double) return floating((Double) value);
                break;
            case BOOLEAN:
                if (value instanceof Boolean) return JSON.booleanNode((Boolean) value);
                break;
            case STRING:
                if (value instanceof String) return JSON.textNode((String) value);
                break;
            case ARRAY:
                if (value instanceof List) {
                    ArrayNode array = JSON.arrayNode();
                    for (Object item : (List<?>) value) array.add(value(schema.valueSchema(), item));
                    return array;
                }
                break;
            case MAP:
                if (value instanceof Map) return map(schema, (Map<?, ?>) value);
                break;
            case STRUCT:
                if (value instanceof Struct) return struct(schema, (Struct) value);
                break;
            default:
                break;
        }
        JsonNode tagged = tagged(value);
        return tagged == null ? tag("$raw", schemaless(value)) : tagged;
    }

    private static boolean isLogical(String name) {
        return Decimal.LOGICAL_NAME.equals(name)
            || org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(name)
            || Time.LOGICAL_NAME.equals(name)
            || Timestamp.LOGICAL_NAME.equals(name);
    }

    private static JsonNode struct(Schema schema, Struct struct) {
        ObjectNode object = JSON.objectNode();
        for (Field field : schema.fields()) {
            boolean there = struct.schema().field(field.name()) != null;
            object.set(field.name(), value(field.schema(), there ? struct.getWithoutDefault(field.name()) : null));
        }
        ArrayNode unknown = JSON.arrayNode();
        for (Field field : struct.schema().fields()) if (schema.field(field.name()) == null) unknown.add(field.name());
        if (!unknown.isEmpty()) object.set("$unknownFields", unknown);
        return object;
    }

    private static JsonNode map(Schema schema, Map<?, ?> map) {
        boolean plain = schema == null || schema.keySchema() == null || schema.keySchema().type() == Schema.Type.STRING;
        for (Object key : map.keySet()) plain &= key instanceof String && (map.size() > 1 || !((String) key).startsWith("$"));
        Schema keySchema = schema == null ? null : schema.keySchema();
        Schema valueSchema = schema == null ? null : schema.valueSchema();
        if (plain) {
            ObjectNode object = JSON.objectNode();
            map.forEach((key, item) -> object.set((String) key, value(valueSchema, item)));
            return object;
        }
        ArrayNode pairs = JSON.arrayNode();
        map.forEach((key, item) -> pairs.addArray().add(value(keySchema, key)).add(value(valueSchema, item)));
        return schema == null ? tag("$map", pairs) : pairs;
    }

    /** Values that are tagged whatever the schema. */
    private static JsonNode tagged(Object value) {
        if (value instanceof byte[] || value instanceof ByteBuffer) return tag("$bytes", base64(bytes(value)));
        if (value instanceof BigDecimal) {
            BigDecimal decimal = (BigDecimal) value;
            boolean plain = Math.abs((long) decimal.scale()) <= MOST_ZEROS;
            return tag("$decimal", JSON.textNode(plain ? decimal.toPlainString() : decimal.toString()));
        }
        if (value instanceof Date) return tag("$date", JSON.numberNode(((Date) value).getTime()));
        if (value instanceof Struct) return tag("$struct", side(((Struct) value).schema(), value));
        if (value instanceof Byte) return tag("$int8", JSON.numberNode((Byte) value));
        if (value instanceof Short) return tag("$int16", JSON.numberNode((Short) value));
        if (value instanceof Integer) return tag("$int32", JSON.numberNode((Integer) value));
        if (value instanceof Float) return tag("$float32", floatContent(((Float) value).doubleValue()));
        if (value instanceof BigInteger) return tag("$bigint", JSON.textNode(value.toString()));
        return null;
    }

    private static JsonNode schemaless(Object value) {
        if (value == null) return NullNode.instance;
        if (value instanceof Long) return longNode((Long) value);
        if (value instanceof Double) return tag("$float64", floatContent((Double) value));
        if (value instanceof String) return JSON.textNode((String) value);
        if (value instanceof Boolean) return JSON.booleanNode((Boolean) value);
        if (value instanceof List) {
            ArrayNode array = JSON.arrayNode();
            for (Object item : (List<?>) value) array.add(schemaless(item));
            return array;
        }
        if (value instanceof Map) return map(null, (Map<?, ?>) value);
        JsonNode tagged = tagged(value);
        return tagged == null ? tag("$class", JSON.textNode(value.getClass().getName())) : tagged;
    }

    private static JsonNode longNode(long value) {
        boolean plain = value >= -(1L << 53) && value < 1L << 53;
        return plain ? JSON.numberNode(value) : tag("$int64", JSON.textNode(Long.toString(value)));
    }

    private static JsonNode floating(double value) {
        return isPlain(value) ? JSON.numberNode(value) : tag("$float64", floatContent(value));
    }

    private static JsonNode floatContent(double value) {
        return isPlain(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
    }

    private static boolean isPlain(double value) {
        return !Double.isNaN(value) && !Double.isInfinite(value) && Double.doubleToRawLongBits(value) != Long.MIN_VALUE;
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[]) return (byte[]) value;
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static JsonNode base64(byte[] bytes) {
        return bytes == null ? NullNode.instance : JSON.textNode(Base64.getEncoder().encodeToString(bytes));
    }

    private static ObjectNode tag(String name, JsonNode content) {
        ObjectNode node = JSON.objectNode();
        node.set(name, content);
        return node;
    }
}
