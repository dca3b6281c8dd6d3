# filesystem.sh TARGET PORTAL LUN ext4|xfs...: CHAP with SHA-256 and digests; one filesystem after another lives its whole
# life on the disk and gives space back.
TARGET=$1 PORTAL=$2 LUN=$3
shift 3
initiator_up iqn.2026-11.test.guest:linux
say discovery
{
  echo 'discovery.sendtargets.auth.authmethod = CHAP'
  echo "discovery.sendtargets.auth.username = $CHAP_USER"
  echo "discovery.sendtargets.auth.password = $CHAP_SECRET"
  echo 'discovery.sendtargets.auth.chap_algs = SHA256'
} >> /etc/iscsi/iscsid.conf
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
iscsiadm -m node -T "$TARGET" >/dev/null || fail "the target is not listed"
setting node.session.auth.authmethod CHAP
setting node.session.auth.username "$CHAP_USER"
setting node.session.auth.password wrong-secret-0123
setting node.session.auth.chap_algs SHA256
setting node.conn[0].iscsi.HeaderDigest CRC32C
setting node.conn[0].iscsi.DataDigest CRC32C
iscsiadm -m node -T "$TARGET" -p "$PORTAL" -l 2>/dev/null && fail "a wrong secret logged in"
echo "ok a wrong secret is refused"
dmesg -c >/dev/null # the refusal stands there as a connection error
setting node.session.auth.password "$CHAP_SECRET"
say login
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 10
iscsiadm -m session -P 3 | grep -q 'HeaderDigest: CRC32C' || fail "no header digest"
iscsiadm -m session -P 3 | grep -q 'DataDigest: CRC32C' || fail "no data digest"
life() { # ext4|xfs: and ends logged in, nothing mounted
  say "mkfs of $1"
  case $1 in
    ext4) must mkfs mkfs.ext4 -q -F "$D" ;;
    xfs) modprobe xfs; must mkfs mkfs.xfs -q -f "$D" ;;
  esac
  must mount mount "$D" /mnt
  say write
  fill /mnt/kept; fill /mnt/dropped
  sums /mnt/kept > /tmp/sums
  sync; echo 3 > /proc/sys/vm/drop_caches
  must "checksums after dropping caches" sh -c 'cd /mnt/kept && sha256sum -c --quiet /tmp/sums'
  echo "MARK $1 written"
  sleep 3 # the host looks meanwhile
  rm -rf /mnt/dropped; sync
  must fstrim fstrim -v /mnt
  cat /tmp/must.out
  echo "MARK $1 trimmed"
  umount /mnt || fail umount
  case $1 in
    ext4) must "fsck finds nothing" e2fsck -fn "$D" ;;
    xfs) must "fsck finds nothing" xfs_repair -n "$D" ;;
  esac
  say "logout and login"
  logout
  [ -b "$D" ] && fail "the disk stayed after logout"
  login
  D=$(disk "$LUN") || fail "no disk after the second login"
  udevadm settle -t 10
  must "mount again" mount -o ro "$D" /mnt
  must "checksums after the second login" sh -c 'cd /mnt/kept && sha256sum -c --quiet /tmp/sums'
  umount /mnt
}
for fs; do life "$fs"; done
logout
if dmesg | grep -iE 'i/o error|conn error|abort|lost page'; then fail "the kernel complained"; fi
say end
