// Package merkle is the mathematics and the formats of the log's tamper evidence (mission rows K2 不得篡改 and X2): a Merkle tree
// (RFC 6962) over all recorded events, signed tree heads in the checkpoint format of C2SP, proofs that a stranger checks
// offline, and the check of a whole log against them. It reads no store and keeps nothing: events, tree heads and stored hashes
// are given to it.
//
// # Leaves
//
// Every event of $all is a leaf, in the order of commit positions, but for system events: those whose stream or whose type
// begins with "$" (metadata, statistics, tombstones, and links, whose type is "$>"). A leaf is this text, each line ended by one
// LF, where sha256 is in lower-case hexadecimal and created is UTC with seven digits, as the store counts in 100 ns:
//
//	docket event v1
//	stream <length in bytes> <name>
//	revision <number in the stream, from 0>
//	id <UUID>
//	type <length in bytes> <name>
//	position <commit position>
//	created 2006-01-02T15:04:05.0000000Z
//	content <length in bytes> <content type>
//	data <sha256 of the stored data>
//	metadata <sha256 of the stored metadata>
//
// Data and metadata are the bytes as stored: what is sealed stays sealed, so that the tree stands when a key is destroyed. The
// hash of a leaf is SHA-256(0x00 ‖ text), that of a node SHA-256(0x01 ‖ left ‖ right).
//
// # Tree heads
//
// A tree head is a signed note (C2SP signed-note, Ed25519) whose text is a checkpoint (C2SP tlog-checkpoint): origin, size, root
// in base64. Heads are appended to the stream [Stream] as events of type [HeadType] whose data is the note itself. They are
// leaves like all others, so each head covers those before it. A head covers the leaves up to its size, never itself.
package merkle
