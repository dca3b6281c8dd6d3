package dev.sandstone.scsi.access;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The target ports of a device and the primary target port groups they are in (SPC-4 5.15.2). Immutable.
 *
 * @param ports ascending by identifier, each once
 */
public record TargetPorts(List<Port> ports) {
    private static final int MOST = 0xFFFF;

    /**
     * A target port.
     *
     * @param id RELATIVE TARGET PORT IDENTIFIER, from 1
     * @param group TARGET PORT GROUP
     */
    public record Port(int id, int group) {
        public Port {
            if (id < 1 || id > MOST || group < 0 || group > MOST) {
                throw new IllegalArgumentException("target port " + id + " in group " + group);
            }
        }
    }

    public TargetPorts {
        ports = List.copyOf(ports);
        long distinct = ports.stream().mapToInt(Port::id).distinct().count();
        if (ports.isEmpty() || distinct != ports.size()) {
            throw new IllegalArgumentException("no target ports, or one twice: " + ports);
        }
    }

    /** So many ports, numbered from 1, each in a group of its own number. */
    public static TargetPorts each(int count) {
        return new TargetPorts(
                IntStream.rangeClosed(1, count).mapToObj(i -> new Port(i, i)).toList());
    }

    /** Whether the device has the port. */
    public boolean has(int id) {
        return ports.stream().anyMatch(port -> port.id() == id);
    }

    /** The group of a port; that of the first one when it is none of these. */
    public int groupOf(int id) {
        return ports.stream()
                .filter(port -> port.id() == id)
                .findFirst()
                .orElse(ports.get(0))
                .group();
    }

    /** The groups, ascending. */
    public List<Integer> groups() {
        return ports.stream().map(Port::group).distinct().sorted().toList();
    }

    /** The identifiers of a group's ports. */
    public List<Integer> portsOf(int group) {
        return ports.stream()
                .filter(port -> port.group() == group)
                .map(Port::id)
                .toList();
    }
}
