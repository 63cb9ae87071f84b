/// What a reading of a metering point says: the quantity and its direction.
///
/// **The sign convention, written once.** Seen from the metering point, positive power is consumption: from the public grid into
/// the site (`grid`), into a load, into a battery that charges. A producing inverter's `activePower` is negative. Energies are
/// counters that only grow: `energyImport` counts consumption (OBIS 1.8.0, battery: charged), `energyExport` counts production
/// and feed-in (OBIS 2.8.0, battery: discharged). DC powers of solar modules are positive for production.
///
/// The raw value is the name in device profiles, CSV headers and the store.
public enum Channel: String, CaseIterable, Hashable, Sendable {
  case activePower = "active_power"
  case activePowerL1 = "active_power_l1"
  case activePowerL2 = "active_power_l2"
  case activePowerL3 = "active_power_l3"
  case apparentPower = "apparent_power"
  case apparentPowerL1 = "apparent_power_l1"
  case apparentPowerL2 = "apparent_power_l2"
  case apparentPowerL3 = "apparent_power_l3"
  case reactivePower = "reactive_power"
  case reactivePowerL1 = "reactive_power_l1"
  case reactivePowerL2 = "reactive_power_l2"
  case reactivePowerL3 = "reactive_power_l3"
  case voltageL1 = "voltage_l1"
  case voltageL2 = "voltage_l2"
  case voltageL3 = "voltage_l3"
  case voltageL1L2 = "voltage_l1_l2"
  case voltageL2L3 = "voltage_l2_l3"
  case voltageL3L1 = "voltage_l3_l1"
  case current = "current"
  case currentL1 = "current_l1"
  case currentL2 = "current_l2"
  case currentL3 = "current_l3"
  case currentNeutral = "current_neutral"
  case powerFactor = "power_factor"
  case powerFactorL1 = "power_factor_l1"
  case powerFactorL2 = "power_factor_l2"
  case powerFactorL3 = "power_factor_l3"
  case frequency = "frequency"

  case energyImport = "energy_import"
  case energyImportL1 = "energy_import_l1"
  case energyImportL2 = "energy_import_l2"
  case energyImportL3 = "energy_import_l3"
  case energyExport = "energy_export"
  case energyExportL1 = "energy_export_l1"
  case energyExportL2 = "energy_export_l2"
  case energyExportL3 = "energy_export_l3"
  case energyTotal = "energy_total"
  case reactiveEnergyImport = "reactive_energy_import"
  case reactiveEnergyExport = "reactive_energy_export"
  case reactiveEnergyTotal = "reactive_energy_total"
  case apparentEnergyImport = "apparent_energy_import"
  case apparentEnergyExport = "apparent_energy_export"

  case dcPower = "dc_power"
  case dcPower1 = "dc_power_1"
  case dcPower2 = "dc_power_2"
  case dcPower3 = "dc_power_3"
  case dcPower4 = "dc_power_4"
  case dcVoltage = "dc_voltage"
  case dcVoltage1 = "dc_voltage_1"
  case dcVoltage2 = "dc_voltage_2"
  case dcVoltage3 = "dc_voltage_3"
  case dcVoltage4 = "dc_voltage_4"
  case dcCurrent = "dc_current"
  case dcCurrent1 = "dc_current_1"
  case dcCurrent2 = "dc_current_2"
  case dcCurrent3 = "dc_current_3"
  case dcCurrent4 = "dc_current_4"
  case dcEnergy = "dc_energy"
  case dcEnergy1 = "dc_energy_1"
  case dcEnergy2 = "dc_energy_2"
  case dcEnergy3 = "dc_energy_3"
  case dcEnergy4 = "dc_energy_4"

  case stateOfCharge = "state_of_charge"
  case stateOfHealth = "state_of_health"
  case temperature = "temperature"
  case temperature1 = "temperature_1"
  case temperature2 = "temperature_2"

  case heatEnergy = "heat_energy"
  case coolingEnergy = "cooling_energy"
  case heatPower = "heat_power"
  case volumeFlow = "volume_flow"
  case volume = "volume"
  case flowTemperature = "flow_temperature"
  case returnTemperature = "return_temperature"
  case temperatureDifference = "temperature_difference"
  case outdoorTemperature = "outdoor_temperature"
  case roomTemperature = "room_temperature"
  case hotWaterTemperature = "hot_water_temperature"
  case bufferTemperatureTop = "buffer_temperature_top"
  case bufferTemperatureMiddle = "buffer_temperature_middle"
  case bufferTemperatureBottom = "buffer_temperature_bottom"
  case sourceTemperature = "source_temperature"
  case boilerTemperature = "boiler_temperature"
  case exhaustTemperature = "exhaust_temperature"
  case collectorTemperature = "collector_temperature"
  case flowTemperatureTarget = "flow_temperature_target"
  case hotWaterTemperatureTarget = "hot_water_temperature_target"
  case bufferTemperatureTarget = "buffer_temperature_target"

  /// What the running charge of a vehicle took; begins anew with each, so it is no counter.
  case sessionEnergy = "session_energy"
  /// Begins anew each day, so it is no counter.
  case energyToday = "energy_today"
  /// The usable energy of the full battery.
  case batteryCapacity = "battery_capacity"
  /// What the device is allowed now.
  case powerLimit = "power_limit"
  /// What a vehicle is allowed now, each phase.
  case currentLimit = "current_limit"
  /// Part load of a boiler or compressor, position of a valve, speed of a pump.
  case relativePower = "relative_power"
  case coefficientOfPerformance = "coefficient_of_performance"
  case fuelLevel = "fuel_level"
  case fuelUsed = "fuel_used"
  case operatingTime = "operating_time"
  /// How long the running charge of a vehicle has lasted; begins anew with each, so it is no counter.
  case chargingTime = "charging_time"
  case pressure = "pressure"

  case operatingState = "operating_state"
  case errorFlags = "error_flags"
  case warningFlags = "warning_flags"
  case plugState = "plug_state"
  case sgReadyState = "sg_ready_state"
  case phases = "phases"

  /// The unit whose whole numbers the channel's readings count.
  public var unit: ChannelUnit {
    switch self {
    case .activePower, .activePowerL1, .activePowerL2, .activePowerL3, .dcPower, .dcPower1, .dcPower2, .dcPower3, .dcPower4,
      .heatPower, .powerLimit:
      return .milliwatt
    case .apparentPower, .apparentPowerL1, .apparentPowerL2, .apparentPowerL3: return .millivoltampere
    case .reactivePower, .reactivePowerL1, .reactivePowerL2, .reactivePowerL3: return .millivar
    case .voltageL1, .voltageL2, .voltageL3, .voltageL1L2, .voltageL2L3, .voltageL3L1, .dcVoltage, .dcVoltage1, .dcVoltage2,
      .dcVoltage3, .dcVoltage4:
      return .millivolt
    case .current, .currentL1, .currentL2, .currentL3, .currentNeutral, .dcCurrent, .dcCurrent1, .dcCurrent2, .dcCurrent3,
      .dcCurrent4, .currentLimit:
      return .milliampere
    case .powerFactor, .powerFactorL1, .powerFactorL2, .powerFactorL3, .stateOfCharge, .stateOfHealth, .relativePower, .fuelLevel:
      return .millionth
    case .coefficientOfPerformance: return .ratio
    case .frequency: return .millihertz
    case .energyImport, .energyImportL1, .energyImportL2, .energyImportL3, .energyExport, .energyExportL1, .energyExportL2,
      .energyExportL3, .energyTotal, .dcEnergy, .dcEnergy1, .dcEnergy2, .dcEnergy3, .dcEnergy4, .heatEnergy, .coolingEnergy,
      .sessionEnergy, .energyToday, .batteryCapacity:
      return .milliwattHour
    case .reactiveEnergyImport, .reactiveEnergyExport, .reactiveEnergyTotal: return .millivarHour
    case .apparentEnergyImport, .apparentEnergyExport: return .millivoltampereHour
    case .temperature, .temperature1, .temperature2, .flowTemperature, .returnTemperature, .temperatureDifference,
      .outdoorTemperature, .roomTemperature, .hotWaterTemperature, .bufferTemperatureTop, .bufferTemperatureMiddle,
      .bufferTemperatureBottom, .sourceTemperature, .boilerTemperature, .exhaustTemperature, .collectorTemperature,
      .flowTemperatureTarget, .hotWaterTemperatureTarget, .bufferTemperatureTarget:
      return .millidegree
    case .volumeFlow: return .millilitrePerHour
    case .volume: return .millilitre
    case .fuelUsed: return .gram
    case .operatingTime, .chargingTime: return .second
    case .pressure: return .pascal
    case .operatingState, .errorFlags, .warningFlags, .plugState, .sgReadyState, .phases: return .number
    }
  }

  /// Whether the channel counts up (an energy, a volume) instead of showing a momentary value.
  public var isCounter: Bool {
    switch unit {
    case .milliwattHour, .millivarHour, .millivoltampereHour, .millilitre, .gram, .second:
      return ![.sessionEnergy, .energyToday, .batteryCapacity, .chargingTime].contains(self)
    case .milliwatt, .millivoltampere, .millivar, .millivolt, .milliampere, .millionth, .ratio, .millihertz, .millidegree,
      .millilitrePerHour, .pascal, .number:
      return false
    }
  }

  /// Whether a momentary value has a direction, so that a device profile must say what its positive values mean.
  public var hasDirection: Bool {
    switch self {
    case .activePower, .activePowerL1, .activePowerL2, .activePowerL3: return true
    default: return false
    }
  }
}

extension Channel {
  /// Hashes the case itself, not its name: series are looked up for every reading.
  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes(of: self) { hasher.combine(bytes: $0) }
  }
}
