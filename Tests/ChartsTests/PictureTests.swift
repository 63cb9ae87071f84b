import Charts
import Console
import Foundation
import FoundationXML
import Testing

/// What an XML parser finds in a picture.
private final class Elements: NSObject, XMLParserDelegate {
  private(set) var names: [String] = []
  private(set) var identifiers: [String] = []
  private(set) var texts: [String] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    names.append(name)
    if let id = attributes["id"] { identifiers.append(id) }
    text = ""
  }
  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if ["text", "title", "desc"].contains(name) { texts.append(text) }
  }

  /// The elements of `svg`; nil where it is no well-formed XML.
  static func of(_ svg: String) -> Elements? {
    let parser = XMLParser(data: Data(svg.utf8))
    let elements = Elements()
    parser.delegate = elements
    return parser.parse() ? elements : nil
  }
}

@Suite("A picture")
struct PictureTests {
  static let pictures: [(String, Picture)] = [
    ("day", Days.member().picture()), ("gap", Days.withGap.picture()), ("heat", Days.heat.picture()),
    ("flow", Days.flows.picture()), ("year", Days.year.picture()), ("narrow day", Days.member().picture(width: 328)),
    ("narrow flow", Days.flows.picture(width: 328)), ("narrow year", Days.year.picture(width: 328)),
  ]

  @Test("is well-formed XML in every theme, each name in it once, with title and description", arguments: pictures)
  func wellFormed(name: String, picture: Picture) throws {
    for theme in Theme.allCases {
      let elements = try #require(Elements.of(picture.svg(theme)), "\(name) \(theme)")
      #expect(elements.names.first == "svg")
      #expect(elements.texts.contains(picture.title))
      #expect(elements.texts.contains(picture.alternative))
      #expect(Set(elements.identifiers).count == elements.identifiers.count)
    }
  }

  @Test("needs nothing from outside", arguments: pictures)
  func selfContained(name: String, picture: Picture) {
    for theme in Theme.allCases {
      let svg = picture.svg(theme)
      #expect(svg.components(separatedBy: "://").count == 2, "only the namespace is an address")
      #expect(!svg.contains("<script") && !svg.contains("href") && !svg.contains("@import"))
      for reference in svg.matches(of: /url\(#(\w+)\)/) { #expect(svg.contains("id=\"\(reference.1)\"")) }
    }
  }

  @Test("of a day is below 6 kB", arguments: Theme.allCases)
  func small(theme: Theme) {
    #expect(Days.member().picture().svg(theme).utf8.count < 6000)
    #expect(Days.heat.picture().svg(theme).utf8.count < 6000)
    #expect(Days.flows.picture().svg(theme).utf8.count < 6000)
  }

  @Test("shows names with marks of XML as they are")
  func escaping() throws {
    var chart = Days.member()
    chart.title = "Müller & Söhne <\"Hof\"> 'x' \u{1B}[31m\u{0}\u{FFFE}"
    chart.alternative = "]]> <!-- & -->"
    chart.parts[0] = .init("</text><script>", .sun, Days.sun)
    let elements = try #require(Elements.of(chart.picture().svg(.automatic)))
    #expect(elements.texts.contains("Müller & Söhne <\"Hof\"> 'x' [31m"))
    #expect(elements.texts.contains("]]> <!-- & -->"))
    #expect(elements.texts.contains("</text><script>"))
    #expect(!elements.names.contains("script"))
  }

  @Test("keeps its names apart from those of another on the same page")
  func names() throws {
    let picture = Days.member().picture()
    let first = try #require(Elements.of(picture.svg(.light, id: "a")))
    let second = try #require(Elements.of(picture.svg(.light, id: "b")))
    #expect(!first.identifiers.isEmpty)
    #expect(Set(first.identifiers).isDisjoint(with: second.identifiers))
  }

  @Test(
    "is drawn as the golden file has it",
    arguments: [("day.de", 0), ("gap.de", 1), ("heat.en", 2), ("flow.de", 3), ("year.en", 4)])
  func golden(name: String, index: Int) throws {
    for (theme, word) in [(Theme.light, "light"), (.dark, "dark"), (.automatic, "automatic")] where index == 0 || theme == .light
    {
      try expectGolden(Self.pictures[index].1.svg(theme) + "\n", "\(name).\(word).svg")
    }
  }
}

@Suite("Columns")
struct StackedPictureTests {
  // Labels up to 0,8 take 7.7 + 3.9 + 7.7 pixels and 9 of space: columns begin at 29 and end at 560 - 14; 517 / 24 each, 7 % of that free on
  // either side. Zero stands at 220 - 40, the highest line, 0.8, at 60: 150 pixels a kWh.
  @Test("stand where a ruler puts them")
  func coordinates() {
    let svg = Days.member().picture().svg(.light)
    #expect(svg.contains("M30.5 180V157.5H49V180z"), "0.15 kWh from the grid, from 0 to 1 o'clock")
    #expect(svg.contains("M289 180V87H307.5V180z"), "0.62 kWh from the sun, from 12 to 13 o'clock")
    #expect(svg.contains("M159.8 174.6V127.5H178.3V174.6z"), "0.314 kWh from the grid on 0.036 from the sun, from 6 to 7 o'clock")
    #expect(svg.contains("<text x=\"24\" y=\"64\" text-anchor=\"end\">0,8</text>"))
    #expect(svg.contains("<text x=\"287.5\" y=\"195\" text-anchor=\"middle\">12</text>"))
  }

  @Test("are not drawn where a part is missing: the hours are marked, and the legend says so")
  func missing() {
    let svg = Days.withGap.picture().svg(.light)
    // From 9 to 11 o'clock: 29 + 9 * 517 / 24 = 222.9, and 43.1 more.
    #expect(svg.contains("<path fill=\"url(#cmissing)\" d=\"M222.9 60h43.1v120h-43.1z\"/>"))
    #expect(svg.contains(">keine Werte</text>"))
    #expect(!svg.contains("M224.4 180"), "no column at 9 o'clock")
    #expect(!Days.member().picture().svg(.light).contains("missing"))
  }

  @Test("hang below the zero line where values are below zero")
  func below() {
    let chart = StackedChart(
      title: "", alternative: "", unit: "kWh", parts: [.init("in", .sun, [4, 4]), .init("out", .grid, [-4, -2])], ticks: [],
      missing: "", numbers: Days.english)
    let svg = chart.picture(width: 200, height: 180).svg(.light)
    // Lines at -4 ... 4, the lowest at 140, the highest at 44: 12 pixels a kWh, zero at 92. Labels of 7.4 + 7.7 and 9: columns from 25 to 186.
    #expect(svg.contains("M30.6 92V44H99.9V92z"))
    #expect(svg.contains("M30.6 140V92H99.9V140z") || svg.contains("M30.6 92V140H99.9V92z"))
    #expect(svg.contains("M25 92H186"), "the axis is at zero")
  }

  @Test("with gaps between them where there is room, joined where slots are narrow")
  func joined() {
    let chart = StackedChart(
      title: "", alternative: "", unit: "", parts: [.init("a", .sun, Array(repeating: 1, count: 96))], ticks: [], missing: "",
      numbers: Days.english)
    let area = chart.picture().svg(.light).components(separatedBy: "\n").filter { $0.contains("fill=\"#e69f00\" stroke") }
    #expect(area.last?.count(where: { $0 == "M" }) == 1, "one area for all slots")
  }

  @Test("leave a line broken where its values are missing")
  func brokenLine() throws {
    let svg = Days.heat.picture().svg(.light)
    let line = try #require(svg.components(separatedBy: "\n").last { $0.contains("stroke-dasharray") })
    #expect(line.components(separatedBy: "stroke-dasharray").last?.count(where: { $0 == "M" }) == 2)
  }
}
