#!/bin/sh
# 核對本證據包的事件確在日誌之中。需要 OpenSSL 3，不需要本系統，也不需要網路。
# Checks that the events of this bundle stand in the log. Needs OpenSSL 3; neither the service nor a network.
#
#   sh log/verify.sh [KEY]     KEY: 您另行取得的日誌公鑰 / the log's public key as you know it from elsewhere
#
# It works on these files alone, for each event N:
#   N.data, N.metadata    the bytes as the event store holds them; what is sealed is sealed
#   N.leaf                the event's line in the log, with the SHA-256 of both
#   N.tlog-proof          C2SP tlog-proof: index, hashes beside the way to the root, signed checkpoint
# and computes, as RFC 9162 section 2.1.3.2 says:
#   leaf hash = SHA-256(0x00 || leaf), node = SHA-256(0x01 || left || right), up to the root in the checkpoint,
#   whose text is signed with Ed25519.
cd "$(dirname "$0")" || exit 2
key=${1:-$(cat key)}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
fail() { echo "$1"; exit 1; }

# digest: standard input's SHA-256, in hexadecimal.
if command -v sha256sum > /dev/null; then
	digest() { sha256sum | cut -c1-64; }
else
	digest() { openssl dgst -sha256 -r | cut -c1-64; }
fi

# Bytes are carried as octal escapes for printf %b, since a shell's variables hold no zero bytes.
# octal: of hexadecimal, into $octal.
octal() {
	octal= from=$1
	while [ -n "$from" ]; do
		rest=${from#??}
		byte=$((0x${from%"$rest"}))
		octal="$octal\\0$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
		from=$rest
	done
}
# unbase64: lines of base64, each of 32 bytes, as lines of octal escapes.
unbase64() {
	awk '{
		line = ""; value = 0; bits = 0
		for (i = 1; i <= length($0); i++) {
			digit = index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr($0, i, 1)) - 1
			if (digit < 0) break
			value = value * 64 + digit; bits += 6
			if (bits >= 8) {
				bits -= 8; byte = int(value / 2 ^ bits); value -= byte * 2 ^ bits
				line = line sprintf("\\0%03o", byte)
			}
		}
		print line
	}'
}

# The signed text is everything before the empty line; the signature's last 64 bytes are Ed25519's.
name=${key%%+*}
rest=${key#*+}
printf %s "${rest#*+}" | openssl base64 -d -A | tail -c 32 > "$work/public"
{
	echo "-----BEGIN PUBLIC KEY-----"
	echo "MCowBQYDK2VwAyEA$(openssl base64 -A < "$work/public")"
	echo "-----END PUBLIC KEY-----"
} > "$work/key.pem"
sed '/^$/,$d' checkpoint > "$work/text"
sed -n "s/^— $name //p" checkpoint | openssl base64 -d -A | tail -c 64 > "$work/signature"
openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$work/text" -sigfile "$work/signature" > /dev/null 2>&1 ||
	fail "checkpoint: not signed by $key / 檢查點簽名不符"
[ "$(sed -n 1p "$work/text")" = "$name" ] || fail "checkpoint: of another log / 檢查點屬於另一日誌"
size=$(sed -n 2p "$work/text")
root=$(sed -n 3p "$work/text" | unbase64)

events=0
for leaf in *.leaf; do
	[ -f "$leaf" ] || fail "no events / 沒有事件"
	n=${leaf%.leaf}
	[ "$(tail -n 2 "$leaf")" = "data $(digest < "$n.data")
metadata $(digest < "$n.metadata")" ] || fail "$n: the stored bytes are not those of the leaf / 所存位元組與葉不符"
	sed '1,/^$/d' "$n.tlog-proof" | cmp -s - checkpoint || fail "$n: proof under another checkpoint / 證明的檢查點不同"
	index=$(sed -n 's/^index //p' "$n.tlog-proof")
	[ "$index" -lt "$size" ] || fail "$n: not under the checkpoint / 不在檢查點之內"
	octal "$({ printf '\000'; cat "$leaf"; } | digest)"
	last=$((size - 1))
	for beside in $(sed '/^$/,$d' "$n.tlog-proof" | sed -n '/^index /,$p' | sed 1d | unbase64); do
		[ "$last" -gt 0 ] || fail "$n: the proof is too long / 證明過長"
		if [ $((index % 2)) -eq 1 ] || [ "$index" -eq "$last" ]; then
			node=$beside$octal
			while [ $((index % 2)) -eq 0 ] && [ "$index" -ne 0 ]; do
				index=$((index / 2))
				last=$((last / 2))
			done
		else
			node=$octal$beside
		fi
		octal "$(printf %b "\\0001$node" | digest)"
		index=$((index / 2))
		last=$((last / 2))
	done
	[ "$last" -eq 0 ] && [ "$octal" = "$root" ] || fail "$n: not in the log / 不在日誌之中"
	events=$((events + 1))
done
echo "$events events stand in the log that $key signed, under its head over $size events / $events 個事件均在該公鑰所簽日誌之中"
[ -n "$1" ] || echo "the key is the bundle's own: compare it with the one you know / 公鑰取自本包，請與您另行取得者比對"
