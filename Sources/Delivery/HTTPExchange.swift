import CCurl
import Messages

/// A request over HTTP, tried once.
struct HTTPExchange {
  /// How one request is.
  struct Request {
    var method = "POST"
    let url: String
    var headers: [String] = []
    let body: String
  }

  var connection = CurlConnection()
  /// What no answer or error may repeat.
  let secret: Secret?
  /// A file with the certificates that are trusted instead of the system's.
  var certificates: String?
  var timeout: Duration = .seconds(30)

  /// What became of `request`.
  func send(
    _ request: Request, refusesRecipient: Bool = false, after: (String) -> Duration? = { _ in nil }
  ) -> DeliveryResult {
    let outcome = connection.perform { handle in
      handle.begin(request.url, timeout: timeout)
      if let certificates { handle.set(CURLOPT_CAINFO, certificates) }
      handle.set(CURLOPT_POSTFIELDSIZE, request.body.utf8.count)
      handle.set(CURLOPT_COPYPOSTFIELDS, request.body)
      handle.set(CURLOPT_CUSTOMREQUEST, request.method)
      return handle.perform(lists: [(CURLOPT_HTTPHEADER, request.headers)])
    }
    let answer = masked(SMTPChannel.lastReply(in: outcome.answer) ?? "")
    if let trouble = outcome.trouble.map(masked) {
      if outcome.isWithoutConnection { return .channelDown(trouble) }
      return .doubtful("\(trouble), after the request had begun")
    }
    return .http(
      status: outcome.status, "HTTP \(outcome.status)\(answer.isEmpty ? "" : ": ")\(answer)", after: after(outcome.answer),
      refusesRecipient: refusesRecipient)
  }

  private func masked(_ text: String) -> String { secret?.masked(in: text) ?? text }
}

/// `text` as part of a path or query: letters, digits and `-._~` as they are (RFC 3986, 2.3).
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.reduce(into: "") { result, byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }
}

/// The beginning of `text`, at most so many UTF-16 units, as Telegram counts; cut between characters.
func shortened(_ text: String, to limit: Int) -> String {
  guard text.utf16.count > limit else { return text }
  var result = ""
  var count = 1
  for character in text {
    count += character.utf16.count
    if count > limit { break }
    result.append(character)
  }
  return result + "…"
}
