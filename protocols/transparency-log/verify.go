// verify.go checks a log that was published in the layout of c2sp.org/tlog-tiles, with golang.org/x/mod alone: it shares no line with the
// writer beside it.
//
//	go run verify.go DIR VKEY [-from CHECKPOINT] [-proof FILE -entry BASE64]
//
// Debian's golang-go and golang-golang-x-mod-dev are enough: GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go …
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("FAULT", err)
		os.Exit(1)
	}
}

type options struct{ from, proof, entry string }

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: verify DIR VKEY [-from CHECKPOINT] [-proof FILE -entry BASE64]")
	}
	var more options
	for rest := args[2:]; len(rest) >= 2; rest = rest[2:] {
		switch rest[0] {
		case "-from":
			more.from = rest[1]
		case "-proof":
			more.proof = rest[1]
		case "-entry":
			more.entry = rest[1]
		default:
			return fmt.Errorf("unknown option %s", rest[0])
		}
	}
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return err
	}
	tree, err := readCheckpoint(filepath.Join(args[0], "checkpoint"), verifier)
	if err != nil {
		return err
	}
	hashes, err := verifyLog(args[0], tree)
	if err != nil {
		return err
	}
	if more.from != "" {
		if err := verifyFrom(more.from, verifier, tree, hashes); err != nil {
			return err
		}
	}
	if more.proof != "" {
		if err := verifyProof(more.proof, more.entry, verifier); err != nil {
			return err
		}
	}
	fmt.Printf("OK %d entries, root %s\n", tree.N, tree.Hash)
	return nil
}

// readCheckpoint opens a signed checkpoint; the name of the key is the origin of the log.
func readCheckpoint(path string, verifier note.Verifier) (tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(data, verifier)
}

func openCheckpoint(data []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("the size is not a number")
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

type storedHashes []tlog.Hash

func (stored storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for position, index := range indexes {
		if index >= int64(len(stored)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		found[position] = stored[index]
	}
	return found, nil
}

// verifyLog recomputes everything from the entries and compares the root and every tile.
func verifyLog(dir string, tree tlog.Tree) (storedHashes, error) {
	var stored storedHashes
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		width := width(tree.N, first>>tileHeight)
		entries, err := readBundle(dir, first>>tileHeight, width)
		if err != nil {
			return nil, err
		}
		for offset, entry := range entries {
			more, err := tlog.StoredHashes(first+int64(offset), entry, stored)
			if err != nil {
				return nil, err
			}
			stored = append(stored, more...)
		}
	}
	if tree.N > 0 {
		root, err := tlog.TreeHash(tree.N, stored)
		if err != nil {
			return nil, err
		}
		if root != tree.Hash {
			return nil, errors.New("the entries do not hash to the root of the checkpoint")
		}
	}
	return stored, verifyTiles(dir, tree.N, stored)
}

func verifyTiles(dir string, size int64, stored storedHashes) error {
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		nodes := size >> (tileHeight * level)
		for index := int64(0); index<<tileHeight < nodes; index++ {
			tile := tlog.Tile{H: tileHeight, L: level, N: index, W: width(nodes, index)}
			expected, err := tlog.ReadTileData(tile, stored)
			if err != nil {
				return err
			}
			// Their path names the height of the tile, ours does not.
			path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
			found, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				return err
			}
			if !bytes.Equal(found, expected) {
				return fmt.Errorf("%s is not what its entries say", path)
			}
		}
	}
	return nil
}

func width(nodes, index int64) int {
	if rest := nodes - index<<tileHeight; rest < 1<<tileHeight {
		return int(rest)
	}
	return 1 << tileHeight
}

func readBundle(dir string, index int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: 0, N: index, W: width}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || len(entries) != width {
		return nil, fmt.Errorf("%s is not %d entries", path, width)
	}
	return entries, nil
}

// verifyFrom shows that the log begins with a checkpoint kept from earlier.
func verifyFrom(path string, verifier note.Verifier, tree tlog.Tree, stored storedHashes) error {
	old, err := readCheckpoint(path, verifier)
	if err != nil {
		return err
	}
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, stored)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// verifyProof checks a file of c2sp.org/tlog-proof for an entry.
func verifyProof(path, encodedEntry string, verifier note.Verifier) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof file")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("the proof file has no index")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	entry, err := base64.StdEncoding.DecodeString(encodedEntry)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint([]byte(checkpoint), verifier)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}
