import Testing

@testable import RecordLedger

/// Leaves, roots and paths are those of certificate transparency's own tests (google/certificate-transparency `merkle_tree_test.cc`,
/// transparency-dev/merkle `testonly/constants.go`).
@Suite("A hash tree over records")
struct MerkleTreeTests {
  private static let leaves = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
  ].compactMap { [UInt8](hex: $0) }

  private static let roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  @Test("has the published roots, from no leaf to eight", arguments: 0...8)
  func publishedRoots(_ count: Int) {
    #expect(Self.leaves.count == 8)
    #expect(MerkleTree(Array(Self.leaves.prefix(count))).root.hex == Self.roots[count])
  }

  @Test("has the published paths")
  func publishedPaths() {
    let paths: [(index: Int, count: Int, hashes: [String])] = [
      (0, 1, []),
      (
        0, 8,
        [
          "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
      ),
      (
        5, 8,
        [
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
      ),
      (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
      (
        1, 5,
        [
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]
      ),
    ]
    for (index, count, hashes) in paths {
      #expect(MerkleTree(Array(Self.leaves.prefix(count))).path(from: index).map(\.hex) == hashes, "\(index) of \(count)")
    }
  }

  @Test("leads every record of every size up to the root, and from nowhere else", arguments: [1, 2, 3, 4, 5, 7, 8, 9, 16, 33])
  func everyPlace(_ count: Int) {
    let records = (0..<count).map { [UInt8(truncatingIfNeeded: $0), 7] }
    let tree = MerkleTree(records)
    for index in records.indices {
      let path = tree.path(from: index)
      func leads(_ record: [UInt8], _ index: Int, _ count: Int, _ path: [Fingerprint]) -> Bool {
        MerkleTree.root(of: record, at: index, of: count, path: path) == tree.root
      }
      #expect(leads(records[index], index, count, path))
      #expect(!leads(records[index] + [0], index, count, path))
      for other in -1...count where other != index { #expect(!leads(records[index], other, count, path)) }
      #expect(!leads(records[index], index, count, path + [.none]))
      #expect(path.isEmpty || !leads(records[index], index, count, Array(path.dropLast())))
      #expect(path.isEmpty || !leads(records[index], index, count, [.none] + path.dropFirst()))
    }
  }
}

@Suite("A fingerprint")
struct FingerprintTests {
  /// FIPS 180-4's examples, "abc" and the empty message.
  @Test("is SHA-256, also of bytes that come in parts")
  func published() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(Fingerprint(of: Array("abc".utf8)).hex == abc)
    var parts = Fingerprint.Hasher()
    parts.add("a")
    parts.add([0x62, 0x63] as [UInt8])
    #expect(parts.fingerprint.hex == abc)
    #expect(Fingerprint(hex: abc)?.hex == abc)
    for bad in ["", "ba78", abc.uppercased(), abc.dropLast() + "x", abc + "00"] { #expect(Fingerprint(hex: bad) == nil) }
    // Whole numbers are eight bytes, the lowest first: 1 is 01 00 00 00 00 00 00 00.
    var numbers = Fingerprint.Hasher()
    numbers.add([1, -1] as [Int64])
    #expect(numbers.fingerprint == Fingerprint(of: [1, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 255, count: 8)))
  }
}
