import Foundation

/// What headless Chromium finds in a page; see `Support/page_check.py`.
struct PageCheck: Decodable {
  /// What does not fit, cannot be read or has no words for those who do not see it; empty where all is well.
  let findings: [String]
  /// Sheets of A4 that it prints on.
  let pages: Int

  /// Whether there is a Chromium to look with.
  static let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains { folder in
    ["chromium", "chromium-browser", "google-chrome"].contains { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
  }

  /// What the tests say where there is none.
  static let absence = "Chromium is not here (Debian: apt install chromium): no page is looked at"

  /// Looks at the HTML file at 360 and at 1200 pixels, in a light or dark `scheme`, and prints it.
  ///
  /// - Parameters:
  ///   - isSelfContained: whether it may refer to nothing.
  ///   - images: what stands for a mail's `cid:` addresses, by these.
  static func look(
    at file: String, isSelfContained: Bool, scheme: String = "light", images: [String: String] = [:]
  ) async throws -> PageCheck {
    let options =
      (isSelfContained ? ["--self-contained"] : [])
      + images.sorted { $0.key < $1.key }.flatMap { ["--image", "\($0)=\($1)"] }
    let outcome = try await ChildProcess(
      "/usr/bin/env", ["python3", Checkout.script("page_check.py"), file, "--scheme", scheme] + options
    ).end()
    guard outcome.status < 2 else { throw Failed(words: outcome.errors) }
    return try JSONDecoder().decode(PageCheck.self, from: Data(outcome.output.utf8))
  }

  /// The browser did not come to an answer.
  struct Failed: Error, CustomStringConvertible {
    let words: String
    var description: String { "Chromium could not look at the page: \(words)" }
  }
}
