import Foundation

/// What these tests read of `energy-opt report --format json`.
struct ReportJSON: Decodable {
  let period: Period
  let scopes: [Scope]

  struct Period: Decodable {
    let start: String
    let end: String
    let quarterHours: Int
  }

  /// A subject; heat networks, members and all energy together have figures only.
  struct Scope: Decodable {
    let scope: String
    let method: String?
    let siteId: String?
    let energy: [String: Decimal]
    let shares: [String: Decimal?]
    let peakImport: Peak?
    let dataQuality: [String: Decimal?]
    let figures: [Figure]

    private enum CodingKeys: CodingKey { case scope, method, siteId, energy, shares, peakImport, dataQuality, figures }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      scope = try values.decode(String.self, forKey: .scope)
      method = try values.decodeIfPresent(String.self, forKey: .method)
      siteId = try values.decodeIfPresent(String.self, forKey: .siteId)
      energy = try values.decodeIfPresent([String: Decimal?].self, forKey: .energy)?.compactMapValues(\.self) ?? [:]
      shares = try values.decodeIfPresent([String: Decimal?].self, forKey: .shares) ?? [:]
      peakImport = try values.decodeIfPresent(Peak.self, forKey: .peakImport)
      dataQuality = try values.decodeIfPresent([String: Decimal?].self, forKey: .dataQuality) ?? [:]
      figures = try values.decode([Figure].self, forKey: .figures)
    }

    /// The figure of this name, of `part` where there are several.
    func figure(_ name: String, of part: String? = nil) -> Figure? { figures.first { $0.name == name && $0.of == part } }

    /// An energy in Wh.
    func wattHours(_ name: String) -> Decimal { (energy[name] ?? .nan) * 1000 }
    /// A share in percent; nil where there is none.
    func percent(_ name: String) -> Decimal? { shares[name] ?? nil }
  }

  struct Figure: Decodable {
    let name: String
    let of: String?
    let value: Decimal?
    let missingReason: String?
    let coveragePercent: Decimal?
    let previous: Decimal?
    let yearBefore: Decimal?
  }

  struct Peak: Decodable {
    let powerKw: Decimal
    let start: String
  }

  /// The community's figures by `method`.
  func community(_ method: String) -> Scope? { scopes.first { $0.method == method } }
  /// A site's figures.
  func site(_ id: String) -> Scope? { scopes.first { $0.siteId == id } }
}

/// What these tests read of `energy-opt plan --format json`.
struct PlanJSON: Decodable {
  let start: String
  let end: String
  let status: Status
  let inputs: Inputs
  let plan: Figures
  let standingRule: Figures
  let lastPlan: Figures?
  let breaches: [Breach]
  let stepStarts: [String]
  let stepMinutes: [Int]
  let sites: [Site]
  let whatIf: [Variation]?

  struct Variation: Decodable {
    let change: String
    let subject: String
    let start: String?
    let end: String?
    let solved: Bool
    let costEur: Decimal?
    let costChangeEur: Decimal?
    let provenOptimal: Bool?
    let purchase: Purchase?
    let exchangedKwh: Decimal?
  }

  struct Purchase: Decodable {
    struct Size: Decodable {
      let candidateId: String
      let bestKwh: Decimal?
      let bestKw: Decimal?
    }

    let sizes: [Size]
    let horizonCostEur: Decimal
    let savedEur: Decimal
    let gainEur: Decimal
  }

  struct Status: Decodable {
    let provenOptimal: Bool
    let limitsBroken: Int
  }

  struct Inputs: Decodable {
    let loads: [String: Int]
    let batteries: [String: Int]
  }

  struct Figures: Decodable {
    let costEur: Decimal
    let gridImportKwh: Decimal
    let gridExportKwh: Decimal
    let selfSufficiencyPercent: Decimal
  }

  struct Breach: Decodable {
    let kind: String
    let subject: String
  }

  struct Site: Decodable {
    let siteId: String
    let costEur: Decimal
    let gridCostEur: Decimal
    let peakCostEur: Decimal
    let wearCostEur: Decimal
    let storedValueEur: Decimal
    let gridKw: [Decimal]
  }
}

/// What these tests read of `energy-collector status --json`.
struct StatusJSON: Decodable {
  let schemaVersion: Int
  let allWell: Bool
  let configuration: Configuration
  let store: Store
  let buses: [Bus]

  struct Configuration: Decodable {
    let loaded: String
    let refused: String?
  }

  struct Store: Decodable {
    let stored: Int
    let waiting: Int
    let dropped: Int
    let failure: String?
    let failureCause: String?
    let memoryReachSeconds: Double?
    let droppedFrom: String?
    let warnings: [Warning]

    struct Warning: Decodable {
      let kind: String
      let message: String
    }
  }

  struct Bus: Decodable {
    let id: String
    let total: Tally
    let errorsByCause: [String: Int]
    let complaint: String?
    let devices: [Device]
  }

  struct Tally: Decodable {
    let requests: Int
    let errors: Int
  }

  struct Device: Decodable {
    let id: String
    let state: String
    let lastGood: String?
    let ageSeconds: Double?
    let offlineSince: String?
    let polls: Int
  }

  /// The device called `id`.
  func device(_ id: String) -> Device? { buses.flatMap(\.devices).first { $0.id == id } }
}

extension Decodable {
  /// Reads what a program wrote, its fields in snake case.
  static func read(_ text: String) throws -> Self {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Self.self, from: Data(text.utf8))
  }
}
