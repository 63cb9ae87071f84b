import Foundation
import Testing

/// Whether a camera reads it is looked at in QRCodesTests.
@Suite("The public page on the notice board")
struct BoardCodeTests {
  private static let page = "https://hollow.example/house?a=1&b=2"
  private static let hasLibrary = ["/usr/lib", "/lib"].contains { folder in
    (try? FileManager.default.subpathsOfDirectory(atPath: folder))?.contains { $0.hasSuffix("libqrencode.so.4") } ?? false
  }

  private func board(_ arguments: String..., deciding decided: String) async throws -> (html: String, errors: String) {
    let house = try await WrittenHouse(channels: "  - {id: mail, maildir: mail}", entering: [], deciding: decided)
    let run = try await house.run(["summary", "board", "--day", WrittenHouse.day, "--lang", "en"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return (run.output, run.errors)
  }

  @Test("is a code with the address beneath it, or the address and why there is no code")
  func code() async throws {
    let (html, errors) = try await board("--format", "html", deciding: "public_page: \(Self.page)")
    let address = try #require(
      html.range(of: ">More of it on the internet: \(Self.page.replacing("&", with: "&amp;"))"), "\(html)")
    if Self.hasLibrary {
      let code = try #require(html.range(of: "<svg class=\"code\""))
      #expect(code.lowerBound < address.lowerBound && errors.isEmpty)
      #expect(html.contains("aria-label=\"QR code of the page https://hollow.example/house?a=1&amp;b=2\""))
    } else {
      #expect(!html.contains("class=\"code\"") && errors.contains("install the package libqrencode4"), "\(errors)")
    }
    let text = try await board(deciding: "public_page: \(Self.page)")
    #expect(text.html.contains(Self.page) && text.errors.isEmpty)
  }

  @Test("is not there where nobody named it, and none but https is shown as a code")
  func none() async throws {
    #expect(try await !board("--format", "html", deciding: "").html.contains("class=\"code\""))
    let told = try await board("--format", "html", "--link", "the hall on Tuesdays", deciding: "public_page: \(Self.page)")
    #expect(told.html.contains("the hall on Tuesdays") && !told.html.contains("class=\"code\"") && !told.html.contains(Self.page))
  }
}
