/// Why readings cannot be sealed, or why sealed bytes cannot be read. What it says about a place never depends on other parts.
public enum SealedColumnError: Error, Hashable, Sendable {
  /// An independently readable part of a sealed chunk, or a batch of one append.
  public enum Part: Hashable, Sendable {
    /// What the chunk holds, with the statistics.
    case directory
    /// The moments of the samples.
    case times
    /// The values of the column at this place, counted from 0.
    case column(Int)
    /// A batch: see `BatchDecoder`.
    case batch
  }

  /// More samples or columns than `Chunk.largestCount`: split the chunk.
  case tooMany(Int)
  /// The time at this place, counted from 0, is not later than the one before it: sort the samples, drop repetitions.
  case timesNotIncreasing(at: Int)
  /// This series has another number of values than the chunk has times, less those of its gaps.
  case wrongCount(series: Int64, expected: Int, found: Int)
  /// The gaps of this series are not in order, touch each other, are empty or reach beyond the samples.
  case wrongGaps(series: Int64)
  /// This series stands in the chunk twice.
  case seriesTwice(Int64)

  /// The bytes begin with another version of the format: read them with the program that wrote them, or a newer one.
  case unknownVersion(UInt8)
  /// The bytes end before this part does, or go on after the last: the blob was cut or mixed up; take it from a backup.
  case wrongLength(Part)
  /// The part's bytes are not those that were written: take the blob from a backup. Other parts can still be read.
  case wrongChecksum(Part)
  /// The part's bytes have the right checksum and mean nothing: they were not written by this format's writer, or a batch was read
  /// without those before it.
  case malformed(Part)
  /// The chunk has no column at this place.
  case noColumn(Int)
}

extension SealedColumnError: CustomStringConvertible {
  /// One line for a log: where, what was expected, what to do.
  public var description: String {
    switch self {
    case .tooMany(let count): "\(count) samples or columns in one chunk, at most \(Chunk.largestCount) are possible: split it"
    case .timesNotIncreasing(let place): "time \(place) is not later than the one before it: sort the samples, drop repetitions"
    case .wrongCount(let series, let expected, let found):
      "series \(series) has \(found) values where the times without its gaps are \(expected)"
    case .wrongGaps(let series): "the gaps of series \(series) must be in order, apart, not empty and within the samples"
    case .seriesTwice(let series): "series \(series) stands in the chunk twice"
    case .unknownVersion(let version):
      "sealed columns of version \(version), expected \(Chunk.version): read them with a newer program"
    case .wrongLength(let part): "sealed columns: \(part) has another length than its bytes: take the chunk from a backup"
    case .wrongChecksum(let part): "sealed columns: checksum of \(part) is wrong: take the chunk from a backup"
    case .malformed(let part): "sealed columns: \(part) cannot be read though its checksum is right: not written by this program"
    case .noColumn(let place): "the chunk has no column \(place)"
    }
  }
}

extension SealedColumnError.Part: CustomStringConvertible {
  /// `the directory`, `the times`, `column 3`, `the batch`.
  public var description: String {
    switch self {
    case .directory: "the directory"
    case .times: "the times"
    case .column(let place): "column \(place)"
    case .batch: "the batch"
    }
  }
}
