public import CommunityModel
import Console
public import Reporting

/// How a summary is written for one reader: whose words, whose name stands under it, what the reader wants to see.
public struct SummaryStyle: Sendable, Equatable {
  /// The language.
  public var language: Language
  /// How the reader is addressed where the language knows two ways.
  public var formality = Formality.formal
  /// Who signs.
  public var organisation: String
  /// Where questions go, as people read it; nil where nobody is named.
  public var contact: String?
  /// The page with the reader's own values; nil where there is none.
  public var link: String?
  /// The page that everybody may see, which a notice board names; nil where there is none.
  public var publicPage: String?
  /// The page on which one click ends the messages; nil where an answer does.
  public var leaveLink: String?
  /// Whom the greeting names, "Frau Yılmaz"; nil for no name.
  public var addressee: String?
  /// Whether euros are shown.
  public var showsMoney = true
  /// Whether the reader's own past is shown.
  public var showsComparison = true
  /// Whether the subject tells nothing personal.
  public var hasNeutralSubject = false
  /// Whether there is a picture; not where none can be drawn, so that the page has no empty frame.
  public var showsPicture = true

  /// A style; see the properties.
  public init(language: Language, organisation: String) {
    self.language = language
    self.organisation = organisation
  }

  /// The style of a community that has decided on it.
  public init(_ settings: SummarySettings, language: Language) {
    self.init(language: language, organisation: settings.organisation)
    formality = settings.formality
    contact = settings.contact
    link = settings.link
    publicPage = settings.publicPage
  }

  /// The style without control characters: names come from files and forms.
  var cleaned: SummaryStyle {
    var style = self
    style.organisation = organisation.withoutControls
    style.contact = contact?.withoutControls
    style.addressee = addressee?.withoutControls
    style.link = link?.withoutControls
    style.publicPage = publicPage?.withoutControls
    style.leaveLink = leaveLink?.withoutControls
    return style
  }

  /// The words of the style.
  var words: any SummaryWords {
    switch language {
    case .german: GermanWords(formality: formality)
    case .english: EnglishWords()
    }
  }
}
