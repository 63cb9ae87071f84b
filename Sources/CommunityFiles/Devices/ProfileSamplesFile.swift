public import DeviceProfiles
import Quantities
import Readings
import Yams

/// Recorded registers of a device and the readings they must decode to: `<model>.samples.yaml` beside the profile.
public struct ProfileSamplesFile: Sendable {
  /// The samples, in the order of the file.
  public let samples: [Sample]

  /// One moment of a device.
  public struct Sample: Sendable {
    /// Where the words come from.
    public enum Origin: String, CaseIterable, Sendable {
      /// Words of a real device.
      case recorded
      /// Words worked out by hand from the documented types.
      case constructed
    }

    /// What happens in it.
    public let name: String
    /// Where the words come from.
    public let origin: Origin
    /// The registers.
    public let registers: [RegisterWords]
    /// What they must decode to, in the channel's unit; nil for missing.
    public let expected: [PartChannel: Int64?]
    /// Registers of the profile that the sample does not hold.
    public let absent: Set<PartChannel>
    /// The unit it was recorded from; nil where the file names none.
    public let unit: UInt8?
    /// Where it begins in the file, and where each expectation and absence stands.
    let place: Place?
    let places: [PartChannel: Place]
    /// By how much a decoded value may differ from an expected one: half a unit of the last digit that a person wrote of a display;
    /// nothing for constructed words.
    let tolerances: [PartChannel: Int64]

    /// Whether a decoded value is what the sample says of `key`.
    func agrees(_ decoded: Int64?, with expected: Int64?, of key: PartChannel) -> Bool {
      guard let decoded, let expected else { return decoded == expected }
      return (Int128(decoded) - Int128(expected)).magnitude <= Int64(tolerances[key] ?? 0).magnitude
    }
  }

  /// A place in the file.
  struct Place: Sendable {
    let line: Int
    let column: Int
  }

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String) throws(FileProblems) {
    let root = try YAMLText.parse(YAMLText.bytes(of: path), file: path)
    let problems = ProblemList(file: path)
    let fields = Fields(root, subject: "the file", problems: problems)
    try FileVersion.check(fields)
    let reader = SamplesReader(problems: problems)
    samples = fields.items("samples", expected: "at least one moment of the device").compactMap { node in
      reader.sample(Fields(node, subject: "a sample", problems: problems))
    }
    fields.finish()
    try problems.throwIfAny()
  }
}

private struct SamplesReader {
  let problems: ProblemList

  func sample(_ fields: Fields) -> ProfileSamplesFile.Sample? {
    let name = fields.text("name")
    let origin: ProfileSamplesFile.Sample.Origin? = fields.choice("origin")
    _ = fields.text("source")
    let unit = fields.has("unit") ? fields.integer("unit", in: 0...255) : nil
    let blocks = fields.items("blocks", expected: "the recorded registers").compactMap { node in
      block(Fields(node, subject: "a block", problems: problems))
    }
    var expected: [PartChannel: Int64?] = [:]
    var absent: Set<PartChannel> = []
    var places: [PartChannel: ProfileSamplesFile.Place] = [:]
    var tolerances: [PartChannel: Int64] = [:]
    func place(_ key: PartChannel, at mark: Mark?) -> Bool {
      if let first = places[key] {
        problems.add("\(key) stands twice in the sample, first in line \(first.line)", at: mark)
        return false
      }
      places[key] = mark.map { ProfileSamplesFile.Place(line: $0.line, column: $0.column) }
      return true
    }
    for node in expectations(of: fields) {
      guard let (key, value, halfDigit) = expectation(Fields(node, subject: "an expectation", problems: problems)) else {
        continue
      }
      if place(key, at: node.mark) { expected.updateValue(value, forKey: key) }
      if origin == .recorded { tolerances[key] = halfDigit }
    }
    for node in fields.list("absent") {
      let entry = Fields(node, subject: "'absent'", problems: problems)
      if let key = key(entry), place(key, at: node.mark) { absent.insert(key) }
      entry.finish()
    }
    fields.finish()
    guard let name, let origin else { return nil }
    return ProfileSamplesFile.Sample(
      name: name, origin: origin, registers: blocks, expected: expected, absent: absent, unit: unit.map { UInt8($0) },
      place: fields.mark.map { ProfileSamplesFile.Place(line: $0.line, column: $0.column) }, places: places,
      tolerances: tolerances)
  }

  /// The items of `expect`. Of a recording of ours every one stands behind a `#` at first.
  private func expectations(of fields: Fields) -> [Node] {
    guard fields.saysNothing("expect") else {
      return fields.items("expect", expected: "the readings that the registers must decode to")
    }
    problems.add(
      "no value is confirmed yet: below 'expect', remove the '#' of each line that agrees with the device's "
        + "display", at: fields.place(of: "expect"))
    return []
  }

  private func block(_ fields: Fields) -> RegisterWords? {
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    let node = fields.required("words", expected: "registers as four hexadecimal digits each")
    fields.finish()
    guard let table, let address, let text = node?.string else { return nil }
    let cells = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    let words = cells.compactMap { $0.count == 4 ? UInt16($0, radix: 16) : nil }
    guard words.count == cells.count, !words.isEmpty, address + words.count <= 65_536 else {
      problems.add("'words' must be registers as four hexadecimal digits each, with blanks between", at: node?.mark)
      return nil
    }
    if table.holdsBits, words.contains(where: { $0 > 1 }) {
      problems.add("'words' of table \(table.rawValue) must be 0000 or 0001 for each entry", at: node?.mark)
      return nil
    }
    return RegisterWords(table: table, address: UInt16(address), words: words)
  }

  private func key(_ fields: Fields) -> PartChannel? {
    let part = fields.text("part", default: "main")
    let channel: Channel? = fields.choice("channel")
    guard let part, let channel else { return nil }
    return PartChannel(DevicePart(part), channel)
  }

  /// What must be decoded (nil for missing), and half a unit of its last digit.
  private func expectation(_ fields: Fields) -> (PartChannel, Int64?, halfDigit: Int64)? {
    defer { fields.finish() }
    guard let key = key(fields) else { return nil }
    if fields.flag("missing", default: false) { return (key, nil, 0) }
    guard let node = fields.required("value", expected: "a quantity"), let text = node.string else { return nil }
    let count =
      key.channel.unit == .number
      ? DecimalNumber(text)?.scaled(by: 1)
      : try? parseCount(text, units: key.channel.unit.symbols)
    guard let count else {
      let symbols = key.channel.unit.symbols.map(\.symbol)
      let form = key.channel.unit == .number ? "a whole number" : "a number with one of \(symbols.joined(separator: ", "))"
      problems.add("'value' is '\(text)', no quantity of \(key.channel.rawValue); write \(form)", at: node.mark)
      return nil
    }
    return (key, count, Self.halfDigit(of: text, in: key.channel.unit))
  }

  /// Half a unit of the last digit of `text`, a number with one of the units of `unit`: 50 (mV) for `229.4 V`.
  private static func halfDigit(of text: String, in unit: ChannelUnit) -> Int64 {
    let number = text.prefix { $0.isNumber || "+-.".contains($0) }
    let symbol = text.dropFirst(number.count).trimmingPrefix { $0 == " " }
    guard unit != .number, let decimals = DecimalNumber(number)?.decimals,
      let written = unit.symbols.first(where: { $0.symbol == symbol })
    else { return 0 }
    let step = (0..<decimals).reduce(Int128(written.per) * 2) { step, _ in step * 10 }
    return Int64(Int128(written.count) / step)
  }
}
