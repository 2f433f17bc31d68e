# Objects a second into a kernel, beside `ip -batch` in a namespace of the same kind. Part of tests/bench/run.
# `ip -batch` sends as we do: one message for each object, each answered.

kernel_objects=1000
in_fresh_kernel() {
  unshare --user --map-root-user --net sh -c \
    'ip link add bench0 type veth peer name bench1 && ip link set bench1 up && ip link set bench0 up && exec "$@"' sh "$@"
}
for ((i = 0; i < kernel_objects; ++i)); do
  echo "address add 10.$((1 + i / 250)).$((i % 250)).1/24 dev bench0"
  echo "route add 172.$((16 + i / 250)).$((i % 250)).0/24 dev bench0"
done >"$work/batch"

echo "objects a second into the kernel: $kernel_objects addresses, $kernel_objects routes (medians of $runs turns)"
in_turn ours 'in_fresh_kernel "$bin/kernel_bench" $kernel_objects' \
  theirs 'in_fresh_kernel bash -c "begun=\$(date +%s%N); ip -batch $work/batch; echo \$((2 * $kernel_objects * 1000000000 / (\$(date +%s%N) - begun)))"'
ours=$(median <"$work/ours") theirs=$(median <"$work/theirs")
echo "  probes/netlink $ours   ip -batch $theirs   ratio $(ratio "$ours" "$theirs")"
