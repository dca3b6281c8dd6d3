# Two initiator names share the disk: node a and node b.
for node in a b; do
  iscsiadm -m iface -I "$node" -o new >/dev/null
  iscsiadm -m iface -I "$node" -o update -n iface.initiatorname -v "iqn.2026-11.test.guest:node-$node" >/dev/null
done
iscsiadm -m discovery -t sendtargets -p "$PORTAL" -I a -I b >/dev/null || fail discovery
node_login() { iscsiadm -m node -T "$TARGET" -p "$PORTAL" -I "$1" -l >/dev/null || fail "login of $1"; }
node_disk() { # NODE: the disk of its session
  local i s d
  for i in $(seq 600); do
    for s in /sys/class/iscsi_session/session*; do
      [ "$(cat "$s/initiatorname" 2>/dev/null)" = "iqn.2026-11.test.guest:node-$1" ] || continue
      for d in "$s"/device/target*/*:"$LUN"/block/*; do [ -b "/dev/${d##*/}" ] && { echo "/dev/${d##*/}"; return 0; }; done
    done
    sleep 0.1
  done
  return 1
}
heed()   { sg_turs -n 4 "$A" >/dev/null 2>&1; sg_turs -n 4 "$B" >/dev/null 2>&1; } # what each was told of is taken note of
out()    { local what=$1 disk=$2; shift 2; must "$what" sg_persist -n -o "$@" "$disk"; heed; }
writes() { must "$1 writes" sg_dd if=/dev/zero of="$2" bs=512 count=8 seek=64 blk_sgio=1 oflag=sgio; }
reads()  { must "$1 reads" sg_dd if="$2" of=/dev/null bs=512 count=8 skip=64 blk_sgio=1 iflag=sgio; }
shut()   { local what=$1; shift; "$@" >/tmp/must.out 2>&1 && fail "$what"; grep -qi conflict /tmp/must.out || { cat /tmp/must.out; fail "$what, but otherwise"; }; echo "ok $what"; }
no_write() { shut "$1 may not write" sg_dd if=/dev/zero of="$2" bs=512 count=8 seek=64 blk_sgio=1 oflag=sgio; }
no_read()  { # NODE DISK: through the kernel, for sg_dd does not say why
  dmesg -c >/dev/null
  dd if="$2" of=/dev/null bs=4k count=1 iflag=direct status=none 2>/dev/null && fail "$1 could read"
  dmesg | grep -qE 'nexus error|reservation conflict' || fail "$1 could not read, but otherwise"
  echo "ok $1 may not read"
}
keys()   { local found; found=$(sg_persist -n -k "$A" | grep -oE '0x[0-9a-f]+' | grep -v generation | sort -u | tr '\n' ' '); [ "$found" = "$1" ] || { sg_persist -n -k "$A"; fail "keys are '$found', not '$1'"; }; echo "ok keys $1"; }

node_login a; node_login b
A=$(node_disk a) && B=$(node_disk b) || fail "no disks"
udevadm settle -t 10
heed
must "capabilities" sg_persist -n -c "$A"
out "register a" "$A" -G -S 0xa1
out "register b" "$B" -G -S 0xb2
ends 24 "a wrong key" sg_persist -n -o -R -K 0xdead -T 5 "$A"
#       type writes of the other, registered   reads of it
for row in "1 no yes" "3 no no" "5 yes yes" "6 yes yes" "7 yes yes" "8 yes yes"; do
  set -- $row
  out "a reserves, type $1" "$A" -R -K 0xa1 -T "$1"
  tells "it is shown" "sg_persist -n -r $B" 'type:'
  writes a "$A"
  if [ "$2" = yes ]; then writes b "$B"; else no_write b "$B"; fi
  if [ "$3" = yes ]; then reads b "$B"; else no_read b "$B"; fi
  out "a releases" "$A" -L -K 0xa1 -T "$1"
done
out "a reserves for registrants" "$A" -R -K 0xa1 -T 5
out "b unregisters" "$B" -G -K 0xb2 -S 0
no_write "b without registration" "$B"
reads b "$B"
out "b registers again" "$B" -G -S 0xb2
out "b preempts a" "$B" -P -K 0xb2 -S 0xa1 -T 5
no_write a "$A"
out "a registers again" "$A" -G -S 0xa1
out "a preempts b and aborts" "$A" -A -K 0xa1 -S 0xb2 -T 5
must "the kernel of b is shut out" sh -c "! dd if=/dev/zero of=$B bs=4k count=1 oflag=direct status=none"
tells "full status" "sg_persist -n -s $A" 'node-a'
out "a clears" "$A" -C -K 0xa1
out "a registers, through power loss" "$A" -G -S 0xa3 -Z
out "a reserves" "$A" -R -K 0xa3 -T 1
iscsiadm -m node -T "$TARGET" -p "$PORTAL" -I a -u >/dev/null || fail "logout of a"
node_login a
A=$(node_disk a) || fail "no disk of a"
heed
no_write "b, while a is the one of before," "$B"
ends 24 "a is another port now" sg_persist -n -o -C -K 0xa3 "$A"
out "a registers its new port" "$A" -G -S 0xa4
out "and preempts its former self" "$A" -P -K 0xa4 -S 0xa3 -T 1
writes a "$A"
out "a clears" "$A" -C -K 0xa4
iscsiadm -m node -u >/dev/null || fail "logout"
iscsiadm -m iface -I a -o delete >/dev/null; iscsiadm -m iface -I b -o delete >/dev/null
