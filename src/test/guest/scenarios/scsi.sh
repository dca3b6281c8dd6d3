# scsi.sh TARGET PORTAL OTHER-PORTAL LUN: one disk under the tools that send SCSI commands, then shared by two initiators
# by persistent reservations, then over two paths of which each is lost and comes back.
TARGET=$1 PORTAL=$2 OTHER=$3 LUN=$4
BS=512
modprobe sg
initiator_up iqn.2026-11.test.guest:linux
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
for part in commands reservations paths; do
  say "$part"
  . "/payload/scenarios/scsi/$part.sh"
done
say end
