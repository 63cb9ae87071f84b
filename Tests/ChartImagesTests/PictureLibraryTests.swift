import Testing

@testable import ChartImages

@Suite("The library that draws pictures")
struct PictureLibraryTests {
  @Test("is there on a machine that builds this")
  func installed() { #expect(PictureEncoder.hindrance == nil) }

  @Test("is missed with its name and what to install, however often it is asked for")
  func absent() throws {
    for _ in 0..<2 {
      let error = try #require(throws: ChartImageError.self) { try PictureLibrary(rsvg: "librsvg-none.so.9") }
      guard case .noLibrary = error else { Issue.record("\(error)"); return }
      #expect("\(error)".contains("apt install librsvg2-2") && "\(error)".contains("librsvg-none.so.9"))
    }
  }

  @Test("of an older version is refused with the function it lacks")
  func older() throws {
    // The C library's mathematics has none of librsvg's functions.
    let error = try #require(throws: ChartImageError.self) { try PictureLibrary(rsvg: "libm.so.6") }
    #expect("\(error)".contains("2.52 or later") && "\(error)".contains("libm.so.6 has no rsvg_handle_new_from_data"))
  }
}
