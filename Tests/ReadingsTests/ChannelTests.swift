import Quantities
import Readings
import Testing

@Suite("Channels and their units")
struct ChannelTests {
  @Test("are named in snake case, each once")
  func names() {
    let names = Channel.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "\(name)")
    }
  }

  @Test("count whole numbers of their unit, by hand, one channel of each kind")
  func units() {
    let expected: [Channel: ChannelUnit] = [
      .activePower: .milliwatt, .dcPower3: .milliwatt, .heatPower: .milliwatt, .apparentPowerL2: .millivoltampere,
      .reactivePowerL1: .millivar, .voltageL1L2: .millivolt, .dcVoltage: .millivolt, .currentNeutral: .milliampere,
      .dcCurrent4: .milliampere, .powerFactor: .millionth, .stateOfCharge: .millionth, .stateOfHealth: .millionth,
      .frequency: .millihertz, .energyImport: .milliwattHour, .energyExportL3: .milliwattHour, .energyTotal: .milliwattHour,
      .dcEnergy1: .milliwattHour, .heatEnergy: .milliwattHour, .coolingEnergy: .milliwattHour,
      .reactiveEnergyImport: .millivarHour, .apparentEnergyExport: .millivoltampereHour, .temperature: .millidegree,
      .flowTemperature: .millidegree, .temperatureDifference: .millidegree, .volumeFlow: .millilitrePerHour, .volume: .millilitre,
      .operatingState: .number, .errorFlags: .number, .warningFlags: .number, .phases: .number, .sessionEnergy: .milliwattHour,
      .batteryCapacity: .milliwattHour, .powerLimit: .milliwatt, .currentLimit: .milliampere, .relativePower: .millionth,
      .coefficientOfPerformance: .ratio, .fuelLevel: .millionth, .fuelUsed: .gram, .operatingTime: .second,
      .chargingTime: .second, .pressure: .pascal, .outdoorTemperature: .millidegree,
    ]
    for (channel, unit) in expected { #expect(channel.unit == unit, "\(channel)") }
  }

  @Test("counters are the energies, volume, fuel and hours, and nothing that can fall or begins anew")
  func counters() {
    let others: Set<Channel> = [.volume, .fuelUsed, .operatingTime]
    let begunAnew: Set<Channel> = [.sessionEnergy, .energyToday]
    for channel in Channel.allCases {
      let isEnergy = channel.rawValue.contains("energy") && !begunAnew.contains(channel)
      #expect(channel.isCounter == (isEnergy || others.contains(channel)), "\(channel.rawValue)")
    }
  }

  @Test("active power has a direction that a profile must tell")
  func directions() {
    #expect(Channel.allCases.filter(\.hasDirection) == [.activePower, .activePowerL1, .activePowerL2, .activePowerL3])
  }

  @Test(
    "each unit is worth what physics says",
    arguments: [
      (.milliwatt, ["kW": 1e6, "W": 1e3, "MW": 1e9, "kWp": 1e6, "mW": 1]),
      (.millivoltampere, ["VA": 1e3, "kVA": 1e6, "MVA": 1e9, "mVA": 1]),
      (.millivar, ["var": 1e3, "kvar": 1e6, "Mvar": 1e9, "mvar": 1]),
      (.millivolt, ["V": 1e3, "kV": 1e6, "MV": 1e9, "mV": 1]),
      (.milliampere, ["A": 1e3, "kA": 1e6, "MA": 1e9, "mA": 1]),
      (.millionth, ["%": 1e4, "1": 1e6]),
      (.millihertz, ["Hz": 1e3, "mHz": 1]),
      // 1 Wh = 3600 J: a joule is 1000 / 3600 mWh.
      (.milliwattHour, ["kWh": 1e6, "Wh": 1e3, "MWh": 1e9, "mWh": 1, "J": 1000.0 / 3600]),
      (.millivarHour, ["varh": 1e3, "kvarh": 1e6, "Mvarh": 1e9, "mvarh": 1]),
      (.millivoltampereHour, ["VAh": 1e3, "kVAh": 1e6, "MVAh": 1e9, "mVAh": 1]),
      (.millidegree, ["degC": 1e3, "°C": 1e3, "K": 1e3]),
      (.millilitrePerHour, ["l/h": 1e3, "m3/h": 1e6]),
      (.millilitre, ["m3": 1e6, "l": 1e3]),
      (.number, ["1": 1]),
    ] as [(ChannelUnit, [String: Double])])
  func symbols(_ unit: ChannelUnit, _ worth: [String: Double]) {
    #expect(Set(unit.symbols.map(\.symbol)) == Set(worth.keys))
    for symbol in unit.symbols {
      #expect(Double(symbol.count) / Double(symbol.per) == worth[symbol.symbol], "\(symbol.symbol)")
    }
  }

  @Test("people read kilowatts, kilowatt-hours and percent")
  func customary() {
    #expect(Channel.activePower.unit.customary.symbol == "kW")
    #expect(Channel.energyImport.unit.customary.symbol == "kWh")
    #expect(Channel.stateOfCharge.unit.customary.symbol == "%")
    #expect(Channel.voltageL1.unit.customary.symbol == "V")
    #expect(Channel.frequency.unit.customary.symbol == "Hz")
    #expect(Channel.volume.unit.customary.symbol == "m3")
  }
}
