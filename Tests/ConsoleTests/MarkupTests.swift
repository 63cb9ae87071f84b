import Testing

@testable import Console

@Suite("Text in a page or a picture")
struct MarkupTests {
  /// The five characters of XML 1.0, section 2.4; what its section 2.2 does not allow is left out.
  @Test("cannot end its element or attribute, nor hold what XML forbids")
  func marked() {
    #expect("a<b>&\"c\"'d'".asMarkup == "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;")
    #expect("one\ttwo\nthree\u{0}\u{1B}[31m\u{FFFE}".asMarkup == "one two three[31m")
    #expect("Yılmaz 8 kWh – 49 %".asMarkup == "Yılmaz 8 kWh – 49 %")
  }
}
