package dev.sandstone.daemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request and its answer on a connection of its own (RFC 9112), over TCP or a Unix socket. No client of the
 * platform speaks over the latter, and none starts as fast.
 */
final class HttpExchange {
    private static final int MAX_BODY = 64 << 20;
    private static final int MAX_LINE = 16 << 10;
    private static final int MAX_HEADERS = 100;

    private HttpExchange() {}

    /** @param body as it came */
    record Response(int status, String contentType, byte[] body) {}

    /**
     * Sends the request and reads the answer to its end.
     *
     * @param head request line and headers, with the empty line
     */
    static Response run(SocketChannel channel, String head, byte[] body) throws IOException {
        byte[] first = head.getBytes(ISO_8859_1);
        ByteBuffer request = ByteBuffer.allocate(first.length + body.length);
        request.put(first).put(body).flip();
        while (request.hasRemaining()) {
            channel.write(request);
        }
        // Not closed here: the channel is the caller's.
        InputStream in = Channels.newInputStream(channel);
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("this is not an HTTP server");
        }
        Map<String, String> headers = headers(in);
        int code = Integer.parseInt(status[1]);
        return new Response(code, headers.getOrDefault("content-type", ""), body(in, code, headers));
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i <= MAX_HEADERS; i++) {
            String line = line(in);
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new IOException("too many headers");
    }

    private static byte[] body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return in.readAllBytes();
        }
        return exactly(in, size(length, 10));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int length = size(line(in).split(";", 2)[0].strip(), 16);
            if (length == 0) {
                headers(in);
                return all.toByteArray();
            }
            all.writeBytes(exactly(in, length));
            line(in);
            if (all.size() > MAX_BODY) {
                throw new IOException("the answer is too large");
            }
        }
    }

    private static int size(String text, int radix) throws IOException {
        try {
            int size = Integer.parseInt(text, radix);
            if (size >= 0 && size <= MAX_BODY) {
                return size;
            }
            throw new IOException("the answer is too large");
        } catch (NumberFormatException bad) {
            throw new IOException("the answer has no valid length", bad);
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended early");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        while (c != '\n') {
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            if (c != '\r') {
                line.write(c);
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("a line of the answer is too long");
            }
            c = in.read();
        }
        return line.toString(US_ASCII);
    }
}
