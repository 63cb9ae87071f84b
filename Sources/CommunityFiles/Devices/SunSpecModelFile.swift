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
    let result = SunSpecModelReader(problems: problems).read(Fields(root, subject: "the model", problems: problems))
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: path, message: "describes no SunSpec model")]) }
    definition = result
  }
}

private struct SunSpecModelReader {
  let problems: ProblemList

  func read(_ root: Fields) -> SunSpecModelDefinition? {
    FileVersion.check(root)
    let id = root.integer("model", in: 1...65_534)
    let name = root.text("name")
    let lengths = root.list("length").compactMap { root.integer($0, key: "length", in: 1...65_535) }
    let sources = root.list("sources").compactMap { root.scalar($0, key: "sources", expected: "texts") }
    let points = points(root)
    let repeating = root.fields("repeating").flatMap { group($0) }
    root.finish()
    guard let id, let name else { return nil }
    return SunSpecModelDefinition(id: id, name: name, lengths: lengths, sources: sources, points: points, repeating: repeating)
  }

  private func points(_ fields: Fields) -> [SunSpecPoint] {
    let points = fields.list("points").compactMap { point(Fields($0, subject: "a point", problems: problems)) }
    return points
  }

  private func group(_ fields: Fields) -> SunSpecGroup? {
    let offset = fields.integer("offset", in: 2...65_535)
    let length = fields.integer("length", in: 1...65_535)
    let count = fields.has("count") ? fields.text("count") : nil
    let points = points(fields)
    fields.finish()
    guard let offset, let length else { return nil }
    return SunSpecGroup(offset: offset, length: length, count: count, points: points)
  }

  private func point(_ fields: Fields) -> SunSpecPoint? {
    let name = fields.text("name")
    let offset = fields.integer("offset", in: 0...65_535)
    let typeName = fields.text("type")
    let count = fields.has("count") ? fields.integer("count", in: 1...125) : nil
    let channel: Channel? = fields.has("channel") ? fields.choice("channel") : nil
    let unit: UnitOfMeasure?
    if let channel {
      unit = ChannelUnitEntry.read(fields, channel: channel)
    } else {
      _ = fields.node("unit")
      unit = nil
    }
    let scale = fields.node("scale_factor").map { node in
      Int(node.string ?? "").map { SunSpecPoint.Scale.power($0) } ?? .point(node.string ?? "")
    }
    fields.finish()
    guard let name, let offset, let typeName else { return nil }
    guard let type = SunSpecType(name: typeName, registers: count) else {
      problems.add(
        "'\(typeName)' is no SunSpec type\(Spelling.hint(for: typeName, among: SunSpecType.names)); a string needs 'count'",
        at: fields.node("type")?.mark)
      return nil
    }
    return SunSpecPoint(name, offset: offset, type: type, scaleFactor: scale, unit: unit, channel: channel)
  }
}
