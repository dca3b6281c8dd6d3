# Each command is looked at for what it did to the data, by ordinary reads.
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 60
put() { # BLOCK COUNT: random content, kept in /tmp/put
  head -c $(($2 * BS)) /dev/urandom > /tmp/put
  dd if=/tmp/put of="$D" bs=$BS seek="$1" oflag=direct conv=notrunc status=none || fail "write at $1"
}
get()   { dd if="$D" bs=$BS skip="$1" count="$2" iflag=direct status=none; }
same()  { must "$1" sh -c "dd if=$D bs=$BS skip=$2 count=$3 iflag=direct status=none | cmp - $4"; }
zeros() { head -c $(($3 * BS)) /dev/zero > /tmp/zeros; same "$1" "$2" "$3" /tmp/zeros; }
ends()  { local rc=$1 what=$2 r=0; shift 2; "$@" >/tmp/must.out 2>&1 || r=$?; [ $r = "$rc" ] || { cat /tmp/must.out; fail "$what: rc $r, not $rc: $*"; }; echo "ok $what"; }
tells() { must "$1" sh -c "$2 | grep -qiE '$3'"; }

for command in "sg_turs" "sg_inq" "sg_vpd -a" "sg_luns" "sg_readcap --long" "sg_modes -a" "sg_opcodes -c" "sg_opcodes -t" "sg_logs -a" \
               "sg_rtpg -d" "sg_requests" "sg_copy_results -p"; do
  # shellcheck disable=SC2086
  must "$command" $command "$D"
done
for page in $(sg_vpd -H -p 0 "$D" | sed -n 's/^ *00 *\(.*\)/\1/p' | cut -d' ' -f5-20); do
  case $page in [0-9a-f][0-9a-f]) must "page $page" sg_vpd -p "0x$page" "$D" ;; esac
done
tells "the copy manager is told of" "sg_inq $D" '3PC=1'
tells "both states of groups are settable" "sg_inq $D" 'TPGS=3'
tells "LOG SELECT is served" "sg_opcodes -o 0x4c $D" 'command is supported'
counted() { sg_logs -p 0x19 "$D" | sed -n 's/.*number of read commands = *//p'; }
get 0 64 > /tmp/any
before=$(counted)
[ "$before" -ge 64 ] || fail "only $before reads are counted"
must "counters are reset" sg_logs --select --reset -p 0x19 "$D"
after=$(counted) # udev may read meanwhile
[ "$after" -lt "$before" ] || fail "$after reads after the reset, $before before"

put 4000 2
head -c $BS /tmp/put > /tmp/old; tail -c $BS /tmp/put > /tmp/new; cp /tmp/put /tmp/pair
must "COMPARE AND WRITE" sg_compare_and_write -l 4000 -n 1 -x $((2 * BS)) -i /tmp/pair "$D"
same "it wrote" 4000 1 /tmp/new
ends 14 "it miscompares the next time" sg_compare_and_write -l 4000 -n 1 -x $((2 * BS)) -i /tmp/pair "$D"
same "and did not write" 4000 1 /tmp/new

head -c $BS /dev/urandom > /tmp/one
must "WRITE SAME(10)" sg_write_same -l 5000 -n 64 -i /tmp/one -x $BS "$D"
same "its last block" 5063 1 /tmp/one
must "WRITE SAME(16)" sg_write_same -S -l 5100 -n 64 -i /tmp/one -x $BS "$D"
same "its first block" 5100 1 /tmp/one
must "WRITE SAME(16) without data" sg_write_same -S -N -l 5100 -n 64 "$D"
zeros "zeros" 5100 64
put 8192 64
must "WRITE SAME(16) unmaps" sg_write_same -S -U -l 8192 -n 64 -i /dev/zero -x $BS "$D"
zeros "zeros" 8192 64
put 16384 64; put 24576 64
tells "blocks are mapped" "sg_get_lba_status -b -l 24576 $D" '0x?0*6000 +.* 0 '
must "UNMAP" sg_unmap -l 16384,24576 -n 64,64 "$D"
zeros "zeros in the first range" 16384 64
zeros "zeros in the second range" 24576 64
tells "blocks are not" "sg_get_lba_status -b -l 24576 $D" "0x?0*6000 +.* 1 "

put 30000 64
must "EXTENDED COPY" sg_xcopy if="$D" of="$D" bs=$BS skip=30000 seek=31000 count=64
same "the copy" 31000 64 /tmp/put

must "groups are changed" sg_stpg --active --tp=2 "$D"
sg_turs "$D" >/dev/null 2>&1
tells "group 2 is no longer optimized" "sg_rtpg -d $D" 'active/non.optimized'
must "and back" sg_stpg --optimized --tp=2 "$D"

must "SANITIZE begins" sg_sanitize --block --quick --early "$D"
await "and ends" sg_turs "$D"
tells "nothing is left" "dd if=$D bs=$BS skip=31000 count=64 iflag=direct status=none | tr -d '\\0' | wc -c" '^0$'
must "LOGICAL UNIT RESET" sg_reset -d "$D"
sg_turs "$D" >/dev/null 2>&1
must "TEST UNIT READY after it" sg_turs "$D"
logout
