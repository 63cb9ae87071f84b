import CommunityModel
import Foundation
import MarketTime
import Readings
import SealedColumns

/// What a backup says of itself, in its `backup.json`; docs/formats/backup.md has the contract.
struct BackupManifest: Codable, Hashable {
  /// The file's name in the backup.
  static let fileName = "backup.json"
  /// It changes when a key changes its meaning or goes, not when one is added.
  static let schemaVersion = 1

  var schemaVersion = Self.schemaVersion
  var kind = "store_backup"
  /// UTC, ISO 8601; what was acknowledged before is in it.
  var made: String
  /// The version of the program that made it.
  var program: String
  var files: [File]
  /// Nil where there were none.
  var readings: Contents?
  /// Nil where there was none.
  var community: Contents?
  /// CRC-32C of all of this with an empty checksum.
  var checksum = ""

  /// A file of the backup.
  struct File: Codable, Hashable {
    /// Its path in the backup.
    let name: String
    let bytes: Int64
    /// CRC-32C, eight hexadecimal digits.
    let crc32c: String
  }

  /// What a database holds.
  struct Contents: Codable, Hashable {
    /// All values of all series.
    let values: Int
    let series: [Series]
  }

  /// How many values a series has.
  struct Series: Codable, Hashable {
    let point: String
    let channel: String
    let count: Int
    let first: String
    let last: String
  }

  /// The bytes of `backup.json`.
  func encoded() throws -> Data {
    var manifest = self
    manifest.checksum = ""
    manifest.checksum = Self.text(of: try Self.encoder.encode(manifest).withUnsafeBytes { CRC32C.checksum(of: $0) })
    return try Self.encoder.encode(manifest) + Data("\n".utf8)
  }

  /// Reads `backup.json`.
  ///
  /// - Throws: `BackupError.notABackup` where it is missing, damaged or of a newer program.
  static func read(from folder: String) throws(BackupError) -> BackupManifest {
    guard let data = try? Data(contentsOf: URL(filePath: folder + "/" + fileName)) else {
      throw .notABackup(folder, "it has no \(fileName)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let manifest = try? decoder.decode(BackupManifest.self, from: data) else {
      throw .notABackup(folder, "its \(fileName) cannot be read")
    }
    guard manifest.schemaVersion <= schemaVersion else {
      throw .notABackup(folder, "a newer program made it (version \(manifest.program)); restore it with that")
    }
    guard (try? manifest.encoded()) == data else { throw .notABackup(folder, "its \(fileName) is damaged") }
    return manifest
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// A checksum as files write it.
  static func text(of checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension BackupManifest.Contents {
  /// What an inventory tells.
  init(_ inventory: [SeriesSummary]) {
    self.init(
      values: inventory.reduce(0) { $0 + $1.count },
      series: inventory.map {
        BackupManifest.Series(
          point: $0.series.point.text, channel: $0.series.channel.rawValue, count: $0.count, first: $0.first.description,
          last: $0.last.description)
      })
  }
}

/// Why a backup cannot be made or restored.
public enum BackupError: Error, Hashable, Sendable {
  /// Something is there already.
  case exists(String)
  /// The folder does not exist.
  case noFolder(String)
  /// Another backup is being made there.
  case busy(String)
  /// The disk has too little room: bytes needed, bytes free.
  case noRoom(String, needed: Int64, free: Int64)
  /// A file cannot be read or written; the system's words.
  case failed(String, String)
  /// The folder is no backup that can be read, and why.
  case notABackup(String, String)
  /// A store is there, and nobody said that it may be moved aside.
  case storeExists(String)
}

extension BackupError: CustomStringConvertible {
  /// What happened, where, and what to do next.
  public var description: String {
    switch self {
    case .exists(let path): "\(path): is there already; backups are never written over, name another place"
    case .noFolder(let path): "\(path): there is no such folder; make it, or mount the disk"
    case .busy(let path): "\(path): another backup is being made there; try again when it is done"
    case .noRoom(let path, let needed, let free):
      "\(path): \(needed) bytes are needed, \(free) are free; make room, or name another disk"
    case .failed(let path, let reason): "\(path): \(reason); nothing was changed"
    case .notABackup(let path, let reason): "\(path): no backup that can be restored: \(reason)"
    case .storeExists(let path):
      "\(path): a store is there; to keep it beside the restored one, say --move-aside, or name another folder"
    }
  }
}
