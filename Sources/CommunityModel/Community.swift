public import MarketTime
public import Quantities

/// An association of people who make, use and share energy: the root of everything a file says.
public struct Community: Sendable, Equatable {
  /// The community's short name.
  public typealias ID = Identifier<Community>

  /// Its short name.
  public let id: ID
  /// Its name as people say it.
  public let name: String
  /// The wall clock that its days, tariffs and windows follow.
  public let calendar: MarketCalendar
  /// Where its public holidays come from.
  public let holidayRegion: HolidayRegion
  /// Its places, in the order of the file.
  public let sites: [Site]
  /// Its people and households, in the order of the file.
  public internal(set) var members: [Member]
  /// Where energy is measured, in the order of the file.
  public internal(set) var meteringPoints: [MeteringPoint]
  /// Its heat networks, in the order of the file.
  public let heatNetworks: [HeatNetwork]
  /// Its prices, in the order of the file.
  public let tariffs: [Tariff]
  /// How it shares its own energy, one agreement after the other; empty where nothing is agreed.
  public internal(set) var agreements: [SharingAgreement]
  /// What plans reckon CO2 with; zero where it has no price.
  public let carbonPrice: CarbonPrice
  /// At which figures its people want to be told.
  public let triggers: Triggers
  /// What no meter tells and key figures need.
  public let facts: KeyFigureFacts

  /// A community; whoever builds one has checked that all references lead somewhere (`CommunityFiles` does).
  public init(
    id: ID, name: String, calendar: MarketCalendar, holidayRegion: HolidayRegion, sites: [Site], members: [Member] = [],
    meteringPoints: [MeteringPoint] = [], heatNetworks: [HeatNetwork] = [], tariffs: [Tariff] = [],
    agreements: [SharingAgreement] = [], carbonPrice: CarbonPrice = .zero, triggers: Triggers = Triggers(),
    facts: KeyFigureFacts = KeyFigureFacts()
  ) {
    self.id = id
    self.name = name
    self.calendar = calendar
    self.holidayRegion = holidayRegion
    self.sites = sites
    self.members = members
    self.meteringPoints = meteringPoints
    self.heatNetworks = heatNetworks
    self.tariffs = tariffs
    self.agreements = agreements
    self.carbonPrice = carbonPrice
    self.triggers = triggers
    self.facts = facts
  }

  /// The tariff of `site`; nil where the file names none.
  public func tariff(of site: Site) -> Tariff? { tariffs.first { $0.id == site.tariff } }

  /// The metering points of `site`, in the order of the file.
  public func meteringPoints(at site: Site.ID) -> [MeteringPoint] { meteringPoints.filter { $0.site == site } }
}

/// The country and, in Germany, the Land whose public holidays count.
public struct HolidayRegion: Hashable, Sendable {
  /// ISO 3166 code: `DE`, `AT`.
  public let country: String
  /// Land, `RP`; nil for the whole country.
  public let region: String?

  /// The holidays of `country` and of its `region`.
  public init(country: String, region: String? = nil) {
    self.country = country
    self.region = region
  }
}

/// A place with a grid connection of its own: a house, a yard, a heating plant.
public struct Site: Sendable, Equatable {
  /// The site's short name.
  public typealias ID = Identifier<Site>

  /// Its short name.
  public let id: ID
  /// Its name as people say it.
  public let name: String
  /// What the wire to the public grid carries.
  public let gridConnection: GridConnection
  /// What energy from and to the grid costs here; nil where no tariff is named.
  public let tariff: Tariff.ID?
  /// What the grid's operator and the law ask for beyond the connection.
  public let rules: GridRules
  /// What its battery holds for a failure of the grid; nil for nothing.
  public let reserve: EmergencyReserve?

  /// A site; see the properties.
  public init(
    id: ID, name: String, gridConnection: GridConnection, tariff: Tariff.ID? = nil, rules: GridRules = .none,
    reserve: EmergencyReserve? = nil
  ) {
    self.id = id
    self.name = name
    self.gridConnection = gridConnection
    self.tariff = tariff
    self.rules = rules
    self.reserve = reserve
  }
}

/// The limits of a site's wire to the public grid, both at least zero.
public struct GridConnection: Hashable, Sendable {
  /// The largest mean power over a quarter hour from the grid.
  public let importLimit: Power
  /// The largest mean power over a quarter hour into the grid.
  public let exportLimit: Power

  /// Limits in both directions, at least zero.
  public init(importLimit: Power, exportLimit: Power) {
    self.importLimit = importLimit
    self.exportLimit = exportLimit
  }
}

/// A person, household or business of the community.
public struct Member: Sendable, Equatable {
  /// The member's short name.
  public typealias ID = Identifier<Member>

  /// Their short name.
  public let id: ID
  /// Their name as people say it.
  public let name: String
  /// Where they live or work.
  public let site: Site.ID
  /// The days on which they belong to the community.
  public let membership: Validity

  /// A member; see the properties.
  public init(id: ID, name: String, site: Site.ID, membership: Validity = .always) {
    self.id = id
    self.name = name
    self.site = site
    self.membership = membership
  }
}

/// A point where energy is measured, with the legal identity that a meter has.
public struct MeteringPoint: Sendable, Equatable {
  /// The metering point's designation.
  public typealias ID = Identifier<MeteringPoint>

  /// What flows through it.
  public enum Measures: String, CaseIterable, Sendable {
    /// The site's connection to the public grid, both directions.
    case grid
    /// What someone uses.
    case consumption
    /// What a plant makes.
    case generation
    /// A battery: import is charging, export discharging.
    case storage
    /// A charging point for cars.
    case charging
    /// Heat delivered or produced.
    case heat
  }

  /// Its designation.
  public let id: ID
  /// Where it is.
  public let site: Site.ID
  /// Whose it is, one after the other, as tenants of a flat are; empty for the community's own.
  public internal(set) var members: [Member.ID]
  /// What flows through it.
  public let measures: Measures
  /// The days on which its meter is calibrated, so that bills may be made of its values; nil for an operational meter, of which none may.
  public let calibration: Validity?
  /// The most mean power of a quarter hour that can flow through it; nil where nobody says.
  public let capacity: Power?

  /// A metering point of one member after the other; see the properties.
  public init(
    id: ID, site: Site.ID, members: [Member.ID], measures: Measures, calibration: Validity? = nil,
    capacity: Power? = nil
  ) {
    self.id = id
    self.site = site
    self.members = members
    self.measures = measures
    self.calibration = calibration
    self.capacity = capacity
  }

  /// A metering point of one member, or of the community.
  public init(
    id: ID, site: Site.ID, member: Member.ID? = nil, measures: Measures, calibration: Validity? = nil,
    capacity: Power? = nil
  ) {
    self.init(
      id: id, site: site, members: member.map { [$0] } ?? [], measures: measures, calibration: calibration,
      capacity: capacity)
  }

  /// Whose it is, in the end where it changes hands; see `Community.on`. Nil for the community's own.
  public var member: Member.ID? { members.last }
}
