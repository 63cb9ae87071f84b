/// A JSON value as text: members in the order given, numbers exactly as their digits say. RFC 8259.
package enum JSONValue {
  case object([(String, JSONValue)])
  case array([JSONValue])
  /// Numbers on one line; what is no number is null.
  case numbers([Double])
  case string(String)
  /// Digits, made by `decimalText(_:digits:)` or from an integer.
  case number(String)
  case bool(Bool)
  case null

  /// A whole number.
  package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  /// A number to nine places behind the point, or null where it is none.
  package static func decimal(_ value: Double) -> JSONValue { .number(digits(of: value)) }

  /// A text, or null.
  package static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// The value over several lines, two blanks a level.
  package func text(indent: Int = 0) -> String {
    let outer = String(repeating: "  ", count: indent)
    let inner = outer + "  "
    switch self {
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      let lines = members.map { inner + Self.quoted($0.0) + ": " + $0.1.text(indent: indent + 1) }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
    case .array(let elements):
      guard !elements.isEmpty else { return "[]" }
      return "[\n" + elements.map { inner + $0.text(indent: indent + 1) }.joined(separator: ",\n") + "\n" + outer + "]"
    case .numbers(let values): return "[" + values.map(Self.digits).joined(separator: ", ") + "]"
    case .string(let text): return Self.quoted(text)
    case .number(let digits): return digits
    case .bool(let value): return value ? "true" : "false"
    case .null: return "null"
    }
  }

  private static func digits(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    let hasPlaces = abs(value) < 1e6
    let rounded = hasPlaces ? (value * 1e9).rounded() / 1e9 : value
    return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

/// `count / 10^digits` as programs read it: a point, no zeros at the end, no thousands. `12.5`, `-0.03`, `7`.
package func decimalText(_ count: Int64, digits: Int) -> String {
  var text = String(count.magnitude)
  text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  var fraction = text.suffix(digits)
  while fraction.last == "0" { fraction.removeLast() }
  return (count < 0 ? "-" : "") + text.dropLast(digits) + (fraction.isEmpty ? "" : "." + fraction)
}
