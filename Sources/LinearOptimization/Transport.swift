/// Bytes in which one process hands a model to another of the same program, and takes the solution back.
///
/// Numbers as they lie in memory, arrays with their length in front: not a format for files or for other machines.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write<Value: BitwiseCopyable>(_ value: Value) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  mutating func write<Value: BitwiseCopyable>(_ values: [Value]) {
    write(values.count)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) { write([UInt8](text.utf8)) }

  mutating func write(_ basis: Basis?) {
    write(basis != nil)
    guard let basis else { return }
    write(basis.variables.map(\.rawValue))
    write(basis.constraints.map(\.rawValue))
  }
}

/// Reads what a `ByteWriter` wrote.
struct ByteReader {
  /// The bytes are not what was promised.
  struct Truncated: Error {}

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether everything is read.
  var isAtEnd: Bool { position == bytes.count }

  mutating func read<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) throws(Truncated) -> Value {
    let size = MemoryLayout<Value>.size
    guard bytes.count - position >= size else { throw Truncated() }
    defer { position += size }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
  }

  mutating func readArray<Value: BitwiseCopyable>(of type: Value.Type = Value.self) throws(Truncated) -> [Value] {
    let count = try read(Int.self)
    let stride = MemoryLayout<Value>.stride
    guard count >= 0, count <= (bytes.count - position) / max(1, stride) else { throw Truncated() }
    defer { position += count * stride }
    return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[position..<position + count * stride]))
      }
      initialized = count
    }
  }

  mutating func readBasis() throws(Truncated) -> Basis? {
    guard try read(Bool.self) else { return nil }
    let variables = try readArray(of: UInt8.self)
    let constraints = try readArray(of: UInt8.self)
    return Basis(
      variables: variables.map { Basis.Status(rawValue: $0) ?? .nonbasic },
      constraints: constraints.map { Basis.Status(rawValue: $0) ?? .nonbasic })
  }

  mutating func readText() throws(Truncated) -> String { String(decoding: try readArray(of: UInt8.self), as: UTF8.self) }
}

/// A model and the options to solve it with, on the way to another process.
public struct SolveRequest: Sendable {
  /// What is to be solved.
  public let model: LinearModel
  /// How.
  public let options: SolveOptions

  /// A request; see the properties.
  public init(_ model: LinearModel, options: SolveOptions) {
    self.model = model
    self.options = options
  }

  /// As bytes.
  public var bytes: [UInt8] {
    var writer = ByteWriter()
    options.write(to: &writer)
    model.write(to: &writer)
    return writer.bytes
  }

  /// From `bytes`; nil where they are not what `bytes` of this version makes.
  public init?(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let options = try? SolveOptions(from: &reader), let model = try? LinearModel(from: &reader), reader.isAtEnd else {
      return nil
    }
    self.init(model, options: options)
  }
}

// MARK: - The parts

extension SolveOptions {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(timeLimit.map { $0 / .nanoseconds(1) } ?? -1)
    for number in [relativeGap, absoluteGap, feasibilityTolerance, integralityTolerance] { writer.write(number) }
    for number in [threads, randomSeed] { writer.write(number) }
    writer.write(start != nil)
    if let start {
      writer.write(start.basis)
      writer.write(start.values)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteReader.Truncated) {
    let nanoseconds = try reader.read(Double.self)
    self.init(timeLimit: nanoseconds < 0 ? nil : .nanoseconds(Int64(nanoseconds)))
    relativeGap = try reader.read()
    absoluteGap = try reader.read()
    feasibilityTolerance = try reader.read()
    integralityTolerance = try reader.read()
    threads = try reader.read()
    randomSeed = try reader.read()
    if try reader.read(Bool.self) { start = WarmStart(basis: try reader.readBasis(), values: try reader.readArray()) }
  }
}

extension LinearModel {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(offset)
    for numbers in [costs, preferences, lowerBounds, upperBounds, rowLowerBounds, rowUpperBounds] { writer.write(numbers) }
    writer.write(domains.map(\.rawValue))
    for labels in [variableLabels, constraintLabels] {
      writer.write(labels.owners)
      writer.write(labels.steps)
    }
    writer.write(entries.rows)
    writer.write(entries.columns)
    writer.write(entries.coefficients)
    writer.write(ownerNames.count)
    for name in ownerNames { writer.write(name) }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init()
    offset = try reader.read()
    costs = try reader.readArray()
    preferences = try reader.readArray()
    lowerBounds = try reader.readArray()
    upperBounds = try reader.readArray()
    rowLowerBounds = try reader.readArray()
    rowUpperBounds = try reader.readArray()
    domains = try reader.readArray(of: UInt8.self).map { Domain(rawValue: $0) ?? .continuous }
    integerCount = domains.count { $0 == .integer }
    variableLabels = Labels(owners: try reader.readArray(), steps: try reader.readArray())
    constraintLabels = Labels(owners: try reader.readArray(), steps: try reader.readArray())
    entries = MatrixEntries(rows: try reader.readArray(), columns: try reader.readArray(), coefficients: try reader.readArray())
    let owners = try reader.read(Int.self)
    guard owners >= 0 else { throw ByteReader.Truncated() }
    for _ in 0..<owners { _ = owner(named: try reader.readText()) }
    let perVariable = [
      lowerBounds.count, upperBounds.count, domains.count, variableLabels.owners.count, variableLabels.steps.count,
    ]
    let perRow = [rowUpperBounds.count, constraintLabels.owners.count, constraintLabels.steps.count]
    guard perVariable.allSatisfy({ $0 == variableCount }), perRow.allSatisfy({ $0 == constraintCount }),
      entries.columns.count == entries.count, entries.coefficients.count == entries.count,
      preferences.isEmpty || preferences.count == variableCount
    else { throw ByteReader.Truncated() }
  }
}

extension Solution {
  /// As bytes, for the process that asked.
  public var bytes: [UInt8] {
    var writer = ByteWriter()
    let (code, reason) = status.transport
    writer.write(code)
    writer.write(reason)
    writer.write(objective)
    writer.write(bestBound)
    for numbers in [values, constraintDuals, reducedCosts] { writer.write(numbers) }
    writer.write(basis)
    writer.write(simplexIterations)
    writer.write(solveTime / .nanoseconds(1))
    return writer.bytes
  }

  /// From `bytes`; nil where they are not what `bytes` of this version makes.
  public init?(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let solution = try? Solution(from: &reader), reader.isAtEnd else { return nil }
    self = solution
  }

  private init(from reader: inout ByteReader) throws(ByteReader.Truncated) {
    guard let status = SolveStatus(transport: try reader.read(), reason: try reader.readText()) else {
      throw ByteReader.Truncated()
    }
    self.init(
      status: status, objective: try reader.read(), bestBound: try reader.read(), values: try reader.readArray(),
      constraintDuals: try reader.readArray(), reducedCosts: try reader.readArray())
    basis = try reader.readBasis()
    simplexIterations = try reader.read()
    solveTime = .nanoseconds(Int64(try reader.read(Double.self)))
  }
}

extension SolveStatus {
  private static let named: [SolveStatus] = [.optimal, .feasible, .infeasible, .unbounded, .infeasibleOrUnbounded, .limitReached]

  fileprivate var transport: (code: UInt8, reason: String) {
    if case .failed(let reason) = self { return (UInt8(Self.named.count), reason) }
    return (UInt8(Self.named.firstIndex(of: self) ?? 0), "")
  }

  fileprivate init?(transport code: UInt8, reason: String) {
    if Int(code) < Self.named.count {
      self = Self.named[Int(code)]
    } else if Int(code) == Self.named.count {
      self = .failed(reason)
    } else {
      return nil
    }
  }
}
