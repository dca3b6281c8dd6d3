package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.access.TargetPorts;
import java.io.ByteArrayOutputStream;

/** SCSI Ports (SPC-4 7.8.13): every target port with its name. */
public final class PortsPage implements VpdPage {
    @Override
    public int code() {
        return 0x88;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        for (TargetPorts.Port port : nexus.ports().ports()) {
            byte[] name = DeviceIdentificationPage.portName(nexus.targetName(), port.id());
            page.writeBytes(new byte[] {0, 0, (byte) (port.id() >>> 8), (byte) port.id(), 0, 0, 0, 0, 0, 0});
            page.write(name.length >>> 8);
            page.write(name.length);
            page.writeBytes(name);
        }
        return page.toByteArray();
    }
}
