public import Quantities

/// One figure as reports, pages and messages show it: its value, how far it can be trusted, and where there is none, why.
public struct Figure: Sendable, Equatable {
  /// What it is; the raw value is its name in JSON and CSV. Definitions: `docs/formats/report-json.md`.
  public enum Name: String, CaseIterable, Sendable {
    case consumption, generation
    case gridImport = "grid_import"
    case gridExport = "grid_export"
    case curtailed = "curtailed_energy"
    case charged = "battery_charged"
    case discharged = "battery_discharged"
    case chargedFromGrid = "battery_charged_from_grid"
    case batteryExport = "battery_to_grid"
    case direct = "direct_use_energy"
    case storedGreen = "from_battery_green"
    case storedGrey = "from_battery_grey"
    case selfSufficiency = "self_sufficiency"
    case selfSufficiencyExcludingStock = "self_sufficiency_excluding_stock"
    case storedBefore = "from_battery_stored_before"
    case selfConsumption = "self_consumption"
    case selfConsumptionExcludingLosses = "self_consumption_excluding_losses"
    case directUse = "direct_use"
    case balance, matched
    case leastMonthlyBalance = "least_monthly_balance"
    case importShare = "import_share"
    case supplyShare = "supply_share"
    case concentration = "diversity_hhi"
    case normalisedConcentration = "diversity_hhi_normalised"
    case shannon = "diversity_shannon"
    case evenness = "diversity_evenness"
    case effectiveSources = "effective_sources_hhi"
    case effectiveSourcesByShannon = "effective_sources_shannon"
    case selfSupplyTime = "self_supply_time"
    case longestSelfSupply = "longest_self_supply"
    case peakImport = "peak_import"
    case aboveLimit = "quarter_hours_above_limit"
    case ramping
    case lackOfLoadFactor = "one_minus_load_factor"
    case shifted = "shifted_energy"
    case loadChange = "consumption_beside_baseline"
    case specificYield = "specific_yield"
    case carEnergy = "car_charging"
    case carOwnShare = "car_own_share"
    case carbon
    case carbonAvoided = "carbon_avoided_by_own_use"
    case carbonAvoidedElsewhere = "carbon_avoided_by_export"
    case heatFed = "heat_fed_in"
    case heatDelivered = "heat_delivered"
    case heatShare = "heat_share"
    case renewableHeat = "renewable_heat_share"
    case solarFraction = "solar_fraction"
    case heatLosses = "heat_losses"
    case seasonalPerformance = "seasonal_performance"
    case pumpOwnShare = "heat_pump_own_share"
    case heatPerDegreeDay = "heat_per_degree_day"
    case fuelCarbon = "fuel_carbon"
    case totalImportShare = "total_import_share"
    case localCoverage = "total_local_coverage"
    case regionalValue = "regional_value"
    case members
    case communityShare = "community_share"
    case saved
    case gini
    case losers
    case topFifth = "top_fifth_share"
  }

  /// A value with its unit.
  public enum Value: Hashable, Sendable {
    /// Percent.
    case share(Fraction)
    /// kWh.
    case energy(Energy)
    /// kW.
    case power(Power)
    /// kg of CO2.
    case mass(Mass)
    /// EUR.
    case money(Money)
    /// Hours.
    case time(quarterHours: Int)
    /// How many.
    case count(Int)
    /// A number without a unit, or of the unit that its name says.
    case number(Fraction)

    /// What it is told in, in the smallest unit that it has.
    public var amount: Int64 {
      switch self {
      case .share(let fraction), .number(let fraction): fraction.count
      case .energy(let energy): energy.count
      case .power(let power): power.count
      case .mass(let mass): mass.count
      case .money(let money): money.count
      case .time(let quarters): Int64(quarters)
      case .count(let count): Int64(count)
      }
    }
  }

  /// Why there is no value.
  public enum Absence: Hashable, Sendable {
    /// A denominator is zero: a flat on holiday has no self-sufficiency.
    case undefined
    /// Less than `DataQuality.leastCoverage` is known.
    case tooLittleKnown
    /// It would tell about too few people; see `Anonymity`.
    case tooFewMembers
    /// Nothing that the community's files hold tells it.
    case unknown(Hint)
  }

  /// How far it can be trusted.
  public struct Basis: Hashable, Sendable {
    /// Known quarter hours of those expected; nil for what does not come from meters.
    public let coverage: Fraction?
    /// Of those expected, known by a value that stands for a missing one.
    public let substituted: Fraction?
    /// Whether it may still change: not every quarter hour is measured.
    public let isProvisional: Bool

    /// Of figures that do not come from meters.
    public static let files = Basis(coverage: nil, substituted: nil, isProvisional: false)

    /// The trust that `quality` allows.
    public init(_ quality: DataQuality) {
      self.init(coverage: quality.coverage, substituted: quality.substitutedShare, isProvisional: quality.isProvisional)
    }

    init(coverage: Fraction?, substituted: Fraction?, isProvisional: Bool) {
      self.coverage = coverage
      self.substituted = substituted
      self.isProvisional = isProvisional
    }

    /// Whether nothing is known: no sum either, since missing is never zero.
    public var isUnknown: Bool { coverage == .zero }

    /// Whether so little is known that shares are hidden.
    public var hidesShares: Bool { coverage.map { $0 < DataQuality.leastCoverage } ?? false }
  }

  /// What it is.
  public let name: Name
  /// Of what, where there are several: a source's name, an asset.
  public let part: String?
  /// The value; nil where there is none.
  public let value: Value?
  /// The most that it may be where it is an estimate with a range; `value` is then the least.
  public let most: Value?
  /// Why there is none.
  public let absence: Absence?
  /// How far it can be trusted.
  public let basis: Basis
  /// What must be said with it: which factor, of which year.
  public let remark: Hint?

  /// A figure; without value and `absence` its denominator was zero.
  public init(
    _ name: Name, of part: String? = nil, _ value: Value?, most: Value? = nil, else absence: Absence = .undefined, basis: Basis,
    remark: Hint? = nil
  ) {
    let isHidden = basis.isUnknown || basis.hidesShares && value.map(\.isHiddenWhenLittleIsKnown) ?? true
    self.name = name
    self.part = part
    self.value = isHidden ? nil : value
    self.most = isHidden ? nil : most
    self.absence = self.value != nil ? nil : isHidden && absence.mayPass ? .tooLittleKnown : absence
    self.basis = basis
    self.remark = remark
  }
}

extension Figure {
  /// The figure where it is a share or a number, else without its value.
  var withoutSum: Figure {
    switch value {
    case nil, .share?, .number?: return self
    case .count? where name == .members: return self
    case .energy?, .power?, .mass?, .money?, .time?, .count?:
      return Figure(name, of: part, nil, else: .tooFewMembers, basis: basis)
    }
  }
}

extension Figure.Value {
  /// Sums of what is known stay visible: they are at least that. Shares and numbers made of them would mislead.
  fileprivate var isHiddenWhenLittleIsKnown: Bool {
    switch self {
    case .share, .number: true
    case .energy, .power, .mass, .money, .time, .count: false
    }
  }
}

extension Figure.Absence {
  /// Whether more values could make it go away.
  fileprivate var mayPass: Bool {
    switch self {
    case .undefined, .tooLittleKnown: true
    case .tooFewMembers, .unknown: false
    }
  }
}

/// A sentence in both languages.
public struct Hint: Hashable, Sendable {
  /// In German.
  public let german: String
  /// In English.
  public let english: String

  /// A sentence.
  public init(_ german: String, _ english: String) {
    self.german = german
    self.english = english
  }

  /// The sentence in `language`.
  public func text(_ language: Language) -> String { language.pick(german, english) }
}

/// The figures of one subject.
public struct FigureGroup: Sendable, Equatable {
  /// Whose they are.
  public let subject: EnergyReport.Subject
  /// Its name as people say it.
  public let name: String
  /// In the order in which they are shown.
  public let figures: [Figure]

  /// A group; see the properties.
  public init(subject: EnergyReport.Subject, name: String, figures: [Figure]) {
    self.subject = subject
    self.name = name
    self.figures = figures
  }

  /// Whether one of its figures comes from at least one known quarter hour.
  var isMeasured: Bool { figures.contains { $0.value != nil && ($0.basis.coverage ?? .zero) > .zero } }

  /// The figure called `name`, of `part` where there are several; nil where the group has none.
  public func figure(_ name: Figure.Name, of part: String? = nil) -> Figure? {
    figures.first { $0.name == name && $0.part == part }
  }
}
