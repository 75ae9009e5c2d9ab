import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Reads and writes record batches with Apache Kafka's own classes. Frames (length int32, bytes) come on standard input:
 * 'r' and a batch is answered with 0 and its image, or 1 and the error; 'w', 'a' or 'c' (abort, commit) and an image with 0
 * and the batch. The image is described in test/protocol/batch-image.ts.
 */
public final class Batches {
    public static void main(String[] arguments) throws Exception {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        while (true) {
            byte[] frame;
            try {
                frame = new byte[in.readInt()];
            } catch (EOFException end) {
                return;
            }
            in.readFully(frame);
            answer(out, ByteBuffer.wrap(frame));
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static void answer(DataOutputStream out, ByteBuffer frame) throws IOException {
        byte status = 0;
        byte[] bytes;
        try {
            bytes = frame.get() == 'r' ? read(frame.slice()) : write(frame);
        } catch (Throwable e) {
            status = 1;
            bytes = String.valueOf(e).getBytes(StandardCharsets.UTF_8);
        }
        out.writeInt(bytes.length + 1);
        out.writeByte(status);
        out.write(bytes);
    }

    private static byte[] read(ByteBuffer batches) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(batches.remaining() * 2);
        DataOutputStream image = new DataOutputStream(bytes);
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(batches).batches()) {
            batch.ensureValid();
            boolean appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
            image.writeByte(batch.compressionType().id);
            image.writeByte((appendTime ? 1 : 0) | (batch.isTransactional() ? 2 : 0) | (batch.isControlBatch() ? 4 : 0));
            image.writeLong(batch.baseOffset());
            image.writeLong(batch.lastOffset());
            image.writeLong(batch.maxTimestamp());
            image.writeInt(batch.partitionLeaderEpoch());
            image.writeLong(batch.producerId());
            image.writeShort(batch.producerEpoch());
            image.writeInt(batch.baseSequence());
            image.writeInt(batch.isControlBatch() ? 0 : batch.countOrNull());
            for (Record record : batch) {
                if (batch.isControlBatch()) {
                    ControlRecordType.parse(record.key());
                    continue;
                }
                image.writeLong(record.offset());
                image.writeLong(record.timestamp());
                writePart(image, record.key());
                writePart(image, record.value());
                image.writeInt(record.headers().length);
                for (Header header : record.headers()) {
                    writePart(image, ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8)));
                    writePart(image, header.value() == null ? null : ByteBuffer.wrap(header.value()));
                }
            }
        }
        return bytes.toByteArray();
    }

    private static void writePart(DataOutputStream image, ByteBuffer part) throws IOException {
        image.writeInt(part == null ? -1 : part.remaining());
        if (part != null) {
            image.write(bytesOf(part));
        }
    }

    private static byte[] bytesOf(ByteBuffer part) {
        byte[] bytes = new byte[part.remaining()];
        part.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] write(ByteBuffer image) {
        boolean commit = image.get(0) == 'c';
        CompressionType compression = CompressionType.forId(image.get());
        int flags = image.get();
        long baseOffset = image.getLong();
        image.getLong();
        long maxTimestamp = image.getLong();
        int leaderEpoch = image.getInt();
        long producerId = image.getLong();
        short producerEpoch = image.getShort();
        int baseSequence = image.getInt();
        if ((flags & 4) != 0) {
            ControlRecordType type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
            return bytesOf(MemoryRecords.withEndTransactionMarker(baseOffset, maxTimestamp, leaderEpoch, producerId,
                producerEpoch, new EndTransactionMarker(type, 7)).buffer());
        }
        TimestampType timestampType = (flags & 1) != 0 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(4096), RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.of(compression).build(), timestampType, baseOffset, maxTimestamp, producerId, producerEpoch,
            baseSequence, (flags & 2) != 0, leaderEpoch);
        for (int left = image.getInt(); left > 0; left--) {
            long offset = image.getLong();
            long timestamp = image.getLong();
            byte[] key = readPart(image);
            byte[] value = readPart(image);
            Header[] headers = new Header[image.getInt()];
            for (int i = 0; i < headers.length; i++) {
                headers[i] = new RecordHeader(new String(readPart(image), StandardCharsets.UTF_8), readPart(image));
            }
            builder.appendWithOffset(offset, timestamp, key, value, headers);
        }
        return bytesOf(builder.build().buffer());
    }

    private static byte[] readPart(ByteBuffer image) {
        int length = image.getInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        image.get(bytes);
        return bytes;
    }
}
