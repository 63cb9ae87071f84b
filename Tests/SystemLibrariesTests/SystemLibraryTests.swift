import SystemLibraries
import Testing

/// On the C library's own mathematics, `libm.so.6`, which is on every machine with glibc.
@Suite("A library of the system")
struct SystemLibraryTests {
  private typealias Length = @convention(c) (Double, Double) -> Double

  @Test("is loaded by the first of its names that is there, and its functions can be called")
  func loaded() throws {
    let library = try SystemLibrary("libnone-of-this-name.so.1", "libm.so.6")
    let length: Length = try library.function("hypot")
    // 3 x 3 + 4 x 4 = 5 x 5.
    #expect(length(3, 4) == 5)
    #expect(try SystemLibrary("libm.so.6").address(of: "hypot") == library.address(of: "hypot"))
  }

  @Test("that is absent under each of its names is refused with all of them")
  func absent() throws {
    let error = try #require(throws: SystemLibraryError.self) { try SystemLibrary("libnone-a.so.1", "libnone-b.so.1") }
    #expect("\(error)".contains("libnone-a.so.1: cannot open") && "\(error)".contains("libnone-b.so.1: cannot open"))
  }

  @Test("that has no such function is refused with both names")
  func older() throws {
    let library = try SystemLibrary("libm.so.6")
    #expect(throws: SystemLibraryError.lacks(library: "libm.so.6", function: "fifth_root")) {
      try library.address(of: "fifth_root")
    }
  }
}
