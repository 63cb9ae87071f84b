import Console
public import DeviceProfiles
import Quantities
import Readings
import Yams

/// A SunSpec model's points as `devices/sunspec/models/<id>.yaml` lists them, checked.
public struct SunSpecModelFile: Sendable {
  /// The model.
  public let definition: SunSpecModelDefinition

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String) throws(FileProblems) {
    let root = try YAMLText.parse(YAMLText.bytes(of: path), file: path)
    let problems = ProblemList(file: path)
    let fields = Fields(root, subject: "the model", problems: problems)
    try FileVersion.check(fields)
    var reader = SunSpecModelReader(problems: problems)
    let result = reader.read(fields)
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: path, message: "describes no SunSpec model")]) }
    definition = result
  }
}

private struct SunSpecModelReader {
  let problems: ProblemList
  private var names = NameTable()
  /// Checked when all points are known.
  private var scaleFactors: [(name: String, mark: Mark?)] = []

  init(problems: ProblemList) { self.problems = problems }

  mutating func read(_ root: Fields) -> SunSpecModelDefinition? {
    let id = root.integer("model", in: 1...65_534)
    let name = root.text("name")
    let lengths = root.list("length").compactMap { root.integer($0, key: "length", in: 1...65_535) }
    let sources = root.list("sources").compactMap { root.scalar($0, key: "sources", expected: "texts") }
    let points = points(root, kind: "point")
    let repeating = root.fields("repeating").flatMap { group($0) }
    root.finish()
    for factor in scaleFactors {
      names.require(factor.name, kind: "scale factor", at: factor.mark, problems: problems)
    }
    guard let id, let name else { return nil }
    return SunSpecModelDefinition(id: id, name: name, lengths: lengths, sources: sources, points: points, repeating: repeating)
  }

  private mutating func points(_ fields: Fields, kind: String) -> [SunSpecPoint] {
    fields.list("points").compactMap { point(Fields($0, subject: "a \(kind)", problems: problems), kind: kind) }
  }

  private mutating func group(_ fields: Fields) -> SunSpecGroup? {
    let offset = fields.integer("offset", in: 2...65_535)
    let length = fields.integer("length", in: 1...65_535)
    let count = fields.optionalText("count")
    if let count { names.require(count, kind: "point", at: fields.node("count")?.mark, problems: problems) }
    let points = points(fields, kind: "repeated point")
    fields.finish()
    guard let offset, let length else { return nil }
    return SunSpecGroup(offset: offset, length: length, count: count, points: points)
  }

  private mutating func point(_ fields: Fields, kind: String) -> SunSpecPoint? {
    defer { fields.finish() }
    let name = fields.text("name")
    let offset = fields.integer("offset", in: 0...65_535)
    let type = type(fields)
    let channel: Channel? = fields.has("channel") ? fields.choice("channel") : nil
    let unit = channel.flatMap { ChannelUnitEntry.read(fields, channel: $0) }
    _ = fields.node("unit")
    let scale = fields.node("scale_factor").map { node in
      Int(node.string ?? "").map { SunSpecPoint.Scale.power($0) } ?? .point(node.string ?? "")
    }
    if case .point(let factor) = scale { scaleFactors.append((factor, fields.node("scale_factor")?.mark)) }
    if let name {
      names.define(name, kind: kind, at: fields.node("name")?.mark, problems: problems)
      if type == .sunssf { names.define(name, kind: "scale factor", at: fields.node("name")?.mark, problems: problems) }
    }
    guard let name, let offset, let type else { return nil }
    return SunSpecPoint(name, offset: offset, type: type, scaleFactor: scale, unit: unit, channel: channel)
  }

  private func type(_ fields: Fields) -> SunSpecType? {
    let name = fields.text("type")
    let count = fields.has("count") ? fields.integer("count", in: 1...125) : nil
    guard let name else { return nil }
    if let type = SunSpecType(name: name, registers: count) { return type }
    let advice =
      name == "string" ? "; a string needs 'count', its number of registers" : Spelling.hint(for: name, among: SunSpecType.names)
    problems.add("'\(name)' is no SunSpec type\(advice)", at: fields.node("type")?.mark)
    return nil
  }
}
